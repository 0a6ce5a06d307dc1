using System.Buffers.Text;
using System.Text;
using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Upstream;

/// <summary>The bytes of an answer as model servers send them; a token's time of sending is written into a ready chunk.</summary>
internal sealed class Wire
{
    private const string Time = "0000000000000000";

    private readonly byte[] _token = Chunk(Event($$"""{"content":"@{{Time}} "}""", "null"));
    private readonly byte[] _first;
    private readonly int _tokenTime;
    private readonly int _firstTime;

    public Wire()
    {
        _first = [.. HttpResponse.StreamHead("text/event-stream"), .. Chunk(Event($$"""{"role":"assistant","content":"@{{Time}} "}""", "null"))];
        _tokenTime = _token.AsSpan().IndexOf((byte)'@') + 1;
        _firstTime = _first.AsSpan().IndexOf((byte)'@') + 1;
    }

    /// <summary>What ends a finished answer.</summary>
    public byte[] Tail { get; } = [.. Chunk(Event("{}", "\"stop\"") + "data: [DONE]\n\n"), .. "0\r\n\r\n"u8];

    /// <summary>How many bytes a token takes.</summary>
    public int TokenBytes => _token.Length;

    /// <summary>A token, its first one with the response's head. Valid until the next.</summary>
    public byte[] Token(bool first, long now)
    {
        var (bytes, time) = first ? (_first, _firstTime) : (_token, _tokenTime);
        Utf8Formatter.TryFormat(now, bytes.AsSpan(time, Time.Length), out _, new System.Buffers.StandardFormat('D', (byte)Time.Length));
        return bytes;
    }

    private static string Event(string delta, string finish) =>
        $$"""data: {"id":"chatcmpl-9f2c7c1e5b8d4a6f93d1","object":"chat.completion.chunk","created":1764000000,"model":"{{PacedBackend.Model}}","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finish}}}]}""" + "\n\n";

    private static byte[] Chunk(string data) => Encoding.ASCII.GetBytes($"{data.Length:x}\r\n{data}\r\n");
}
