using System.Text;
using System.Text.Json;

namespace StreamActors.Conformance.Backend;

/// <summary>An answer sent as server-sent events: the head, one piece per token, and the tail.</summary>
internal sealed class StreamedGeneration(ChatRequest chat, long id, int connection, long due)
    : Generation(chat, connection, due)
{
    private readonly string _prefix =
        $$"""{"id":"chatcmpl-{{id}}","object":"chat.completion.chunk","created":0,"model":"{{JsonEncodedText.Encode(chat.Model)}}","choices":[{"index":0,"delta":""";
    private readonly long _delay = chat.Directives.Delay * 1000L;
    private bool _headSent;

    public override byte[] NextPiece(long now)
    {
        if (!_headSent)
        {
            _headSent = true;
            return HttpResponse.EventStreamHead;
        }

        return TokensSent < Chat.Directives.Tokens ? NextToken(now) : Tail();
    }

    private byte[] NextToken(long now)
    {
        var role = TokensSent == 0 ? "\"role\":\"assistant\"," : "";
        var delta = $$"""{{{role}}"content":"tok{{TokensSent}}@{{now}} "}""";
        TokensSent++;
        Due = _delay > 0 ? Due + _delay : now;
        return Encoding.UTF8.GetBytes(Chunk(Event(delta, "null")));
    }

    private byte[] Tail()
    {
        Finished = true;
        return Encoding.UTF8.GetBytes(Chunk(Event("{}", "\"stop\"")) + Chunk("data: [DONE]\n\n") + "0\r\n\r\n");
    }

    private string Event(string delta, string finishReason) =>
        $"data: {_prefix}{delta},\"finish_reason\":{finishReason}}}]}}\n\n";

    /// <summary>One HTTP chunk; the data is ASCII because JSON encoding escapes everything else.</summary>
    private static string Chunk(string data) => $"{data.Length:x}\r\n{data}\r\n";
}
