namespace StreamActors.Conformance.Client;

/// <summary>How a request ended for its client.</summary>
internal enum Ending
{
    /// <summary>Finish reason, <c>[DONE]</c> and a proper end; not streamed, a status of success and a finish reason.</summary>
    Whole,

    /// <summary>A status of failure.</summary>
    Refused,

    /// <summary>The connection ended before the answer did: the one ending that every official client reports.</summary>
    Cut,

    /// <summary>The body ended properly, but not as a whole answer does.</summary>
    Unfinished,

    /// <summary>The client left.</summary>
    Left,
}

/// <summary>All that a client saw of an answer.</summary>
/// <param name="Ending">How it ended.</param>
/// <param name="Status">The HTTP status, or 0 where none came.</param>
/// <param name="Code">Code of the error that was told, or null.</param>
/// <param name="Done">Whether <c>[DONE]</c> came.</param>
/// <param name="FinishReason">The last that came, or null.</param>
/// <param name="Contents">How many pieces with content came.</param>
/// <param name="EndedAt">Microseconds, monotonic.</param>
/// <param name="LongestPause">Between two contents.</param>
internal sealed record Answer(
    Ending Ending, int Status, string? Code, bool Done, string? FinishReason, int Contents, long EndedAt, TimeSpan LongestPause)
{
    /// <summary>Whether something in it says that it is finished.</summary>
    public bool LooksComplete => Done || FinishReason is not null;

    public override string ToString() => Ending switch
    {
        Ending.Whole => $"answered whole ({Contents} pieces)",
        Ending.Refused => $"refused with {Status}{Told}",
        Ending.Cut when Status == 0 => "its connection was closed without an answer",
        Ending.Cut => $"cut after {Contents} pieces{Told}",
        Ending.Unfinished => $"ended after {Contents} pieces ({(Done ? "" : "no ")}[DONE], finish_reason {FinishReason ?? "missing"}){Told}",
        _ => "left by its client",
    };

    private string Told => Code is null ? "" : $", code {Code}";
}
