namespace StreamActors.Conformance.Backend;

/// <summary>An answer sent as one object.</summary>
internal sealed class WholeGeneration(ChatRequest chat, long id, int connection, long due)
    : Generation(chat, connection, due)
{
    public override byte[] NextPiece(long now)
    {
        Finished = true;
        TokensSent = Chat.Directives.Tokens;
        var text = string.Concat(Enumerable.Range(0, TokensSent).Select(i => $"tok{i}@{now} "));
        return Chat.Dialect.Whole(Chat, id, text);
    }
}
