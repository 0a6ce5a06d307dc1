namespace StreamActors.Conformance.Backend;

/// <summary>What can go wrong with an answer on request.</summary>
internal enum Fault
{
    None,

    /// <summary>The connection is reset.</summary>
    Reset,

    /// <summary>The connection is closed, after tokens in the middle of an event.</summary>
    Close,

    /// <summary>The sending half of the connection is closed; the other half stays open.</summary>
    HalfClose,

    /// <summary>Nothing more comes.</summary>
    Stall,

    /// <summary>Keep-alive comments for ever.</summary>
    Comments,

    /// <summary>Chunks without content for ever.</summary>
    Empty,

    /// <summary>An event that is not JSON.</summary>
    Garbage,

    /// <summary>The body ends properly, without finish reason and <c>[DONE]</c>.</summary>
    NoEnd,

    /// <summary>An error object, then the body ends properly.</summary>
    Error,

    /// <summary>An event byte by byte, for ever.</summary>
    Drip,

    /// <summary>An event of ten megabytes.</summary>
    HugeEvent,

    /// <summary>An event whose text is not UTF-8.</summary>
    BadUtf8,
}
