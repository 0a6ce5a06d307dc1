namespace StreamActors.Conformance.Backend;

/// <summary>How the model server leaves a connection after an answer.</summary>
internal enum Farewell
{
    KeepAlive,
    Close,
    HalfClose,
    Reset,
}

/// <summary>One live answer, produced piece by piece at its due times.</summary>
internal abstract class Generation(ChatRequest chat, int connection, long due)
{
    public string Session => Chat.Directives.Session;

    public string Prompt => Chat.Directives.Prompt;

    /// <summary>As the request was named.</summary>
    public string Trace => Chat.Trace;

    public int Connection { get; } = connection;

    public int TokensSent { get; protected set; }

    /// <summary>Monotonic microseconds at which the next piece is to be sent.</summary>
    public long Due { get; protected set; } = due;

    /// <summary>Whether the last piece has been produced.</summary>
    public bool Finished { get; protected set; }

    /// <summary>Whether what was sent is an answer to its end; if not, the record says so.</summary>
    public bool Complete { get; protected set; } = true;

    /// <summary>Nothing more will be sent; only the peer can end it.</summary>
    public bool Stalled { get; protected set; }

    /// <summary>What becomes of the connection when the last piece has been sent.</summary>
    public Farewell Farewell { get; protected set; }

    protected ChatRequest Chat { get; } = chat;

    public static Generation Start(ChatRequest chat, long id, int connection, long now)
    {
        var directives = chat.Directives;
        var first = now + (directives.First * 1000L);
        return directives switch
        {
            { Status: > 0 } => new ErrorGeneration(chat, connection, first),
            { Fault: not Fault.None } => new FaultyGeneration(chat, id, connection, first),
            _ when chat.Stream => new StreamedGeneration(chat, id, connection, first),
            _ => new WholeGeneration(chat, id, connection, first + (1000L * directives.Delay * directives.Tokens)),
        };
    }

    /// <summary>Produces the bytes of the next piece and moves <see cref="Due"/> to the one after it.</summary>
    public abstract byte[] NextPiece(long now);
}
