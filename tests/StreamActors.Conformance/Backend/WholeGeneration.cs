namespace StreamActors.Conformance.Backend;

/// <summary>An answer sent as one chat.completion object.</summary>
internal sealed class WholeGeneration(ChatRequest chat, long id, int connection, long due)
    : Generation(chat, connection, due)
{
    public override byte[] NextPiece(long now)
    {
        Finished = true;
        TokensSent = Chat.Directives.Tokens;
        var text = string.Concat(Enumerable.Range(0, TokensSent).Select(i => $"tok{i}@{now} "));
        return HttpResponse.Json(200, writer =>
        {
            writer.WriteString("id", $"chatcmpl-{id}");
            writer.WriteString("object", "chat.completion");
            writer.WriteNumber("created", 0);
            writer.WriteString("model", Chat.Model);
            writer.WriteStartArray("choices");
            writer.WriteStartObject();
            writer.WriteNumber("index", 0);
            writer.WriteStartObject("message");
            writer.WriteString("role", "assistant");
            writer.WriteString("content", text);
            writer.WriteEndObject();
            writer.WriteString("finish_reason", "stop");
            writer.WriteEndObject();
            writer.WriteEndArray();
            writer.WriteStartObject("usage");
            writer.WriteNumber("prompt_tokens", 0);
            writer.WriteNumber("completion_tokens", TokensSent);
            writer.WriteNumber("total_tokens", TokensSent);
            writer.WriteEndObject();
        });
    }
}
