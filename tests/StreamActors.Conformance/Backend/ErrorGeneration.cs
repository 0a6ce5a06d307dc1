namespace StreamActors.Conformance.Backend;

/// <summary>An answer that consists of the requested HTTP error.</summary>
internal sealed class ErrorGeneration(ChatRequest chat, int connection, long due) : Generation(chat, connection, due)
{
    public override byte[] NextPiece(long now)
    {
        Finished = true;
        Complete = false;
        return Chat.Dialect.Refusal(Chat.Directives.Status, "error requested by directive");
    }
}
