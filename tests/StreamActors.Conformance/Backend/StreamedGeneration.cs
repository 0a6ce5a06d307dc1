using System.Text;

namespace StreamActors.Conformance.Backend;

/// <summary>An answer sent in pieces: the head, one piece per token, and the tail.</summary>
internal sealed class StreamedGeneration(ChatRequest chat, long id, int connection, long due)
    : Generation(chat, connection, due)
{
    private readonly long _delay = chat.Directives.Delay * 1000L;
    private bool _headSent;

    public override byte[] NextPiece(long now)
    {
        if (!_headSent)
        {
            _headSent = true;
            return HttpResponse.StreamHead(Chat.Dialect.StreamType);
        }

        return TokensSent < Chat.Directives.Tokens ? NextToken(now) : Tail();
    }

    private byte[] NextToken(long now)
    {
        var token = Chat.Dialect.Token(Chat, id, TokensSent == 0, $"tok{TokensSent}@{now} ");
        TokensSent++;
        Due = _delay > 0 ? Due + _delay : now;
        return Encoding.UTF8.GetBytes(Chunk(token));
    }

    private byte[] Tail()
    {
        Finished = true;
        return Encoding.UTF8.GetBytes(Chunk(Chat.Dialect.Tail(Chat, id)) + "0\r\n\r\n");
    }

    /// <summary>One HTTP chunk; the data is ASCII because JSON encoding escapes everything else.</summary>
    private static string Chunk(string data) => $"{data.Length:x}\r\n{data}\r\n";
}
