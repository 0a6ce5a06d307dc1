using System.Text.Json;

namespace StreamActors.Conformance.Backend;

/// <summary>OpenAI's chat completions.</summary>
internal sealed class OpenAiDialect : Dialect
{
    public override bool StreamsByDefault => false;

    public override string StreamType => "text/event-stream";

    public override string Comment => ": still here\n\n";

    public override string Empty => "data: {\"choices\":[{\"index\":0,\"delta\":{}}]}\n\n";

    public override string Garbage => "data: {\"choices\":[{\"index\":0,\n\n";

    public override string Error => "data: {\"error\":{\"message\":\"out of memory\",\"type\":\"server_error\"}}\n\n";

    protected override (string Before, string After) ContentFrame => ("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"", "\"}}]}\n\n");

    public override string Token(ChatRequest chat, long id, bool first, string text) =>
        Event(chat, id, $$"""{{{(first ? "\"role\":\"assistant\"," : "")}}"content":"{{text}}"}""", "null");

    public override string Tail(ChatRequest chat, long id) => Event(chat, id, "{}", "\"stop\"") + "data: [DONE]\n\n";

    public override byte[] Whole(ChatRequest chat, long id, string text) => HttpResponse.Json(200, writer =>
    {
        writer.WriteString("id", $"chatcmpl-{id}");
        writer.WriteString("object", "chat.completion");
        writer.WriteNumber("created", 0);
        writer.WriteString("model", chat.Model);
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
        writer.WriteNumber("completion_tokens", chat.Directives.Tokens);
        writer.WriteNumber("total_tokens", chat.Directives.Tokens);
        writer.WriteEndObject();
    });

    public override byte[] Refusal(int status, string message) => HttpResponse.Error(status, message);

    private static string Event(ChatRequest chat, long id, string delta, string finishReason) =>
        $$"""data: {"id":"chatcmpl-{{id}}","object":"chat.completion.chunk","created":0,"model":"{{JsonEncodedText.Encode(chat.Model)}}","choices":[{"index":0,"delta":{{delta}},"finish_reason":{{finishReason}}}]}""" + "\n\n";
}
