namespace StreamActors.Protocol;

/// <summary>Why a stream ended other than by its model finishing. The names in the log and in error codes are snake_case.</summary>
public enum EndReason
{
    /// <summary>The model finished its answer.</summary>
    None,
    /// <summary>A newer prompt of the same session took its place.</summary>
    RegistryNewStream,
    /// <summary>The client closed its connection.</summary>
    ClientDisconnect,
    /// <summary>The client asked for this stream to stop.</summary>
    ClientCancel,
    /// <summary>The client took no data for too long.</summary>
    ClientTooSlow,
    /// <summary>The session was deleted.</summary>
    SessionDeleted,
    /// <summary>An operator stopped it.</summary>
    AdminCancel,
    /// <summary>The backend gave no content in time.</summary>
    FirstTokenTimeout,
    /// <summary>The backend gave no further content in time.</summary>
    IdleTimeout,
    /// <summary>The whole answer took too long.</summary>
    TotalTimeout,
    /// <summary>No connection to the backend.</summary>
    BackendUnreachable,
    /// <summary>The backend answered with an error or with something that is not the protocol.</summary>
    BackendError,
    /// <summary>The backend's answer stopped before the model had finished.</summary>
    BackendTruncated,
    /// <summary>Too many earlier generations of the backend have not stopped.</summary>
    BackendStuck,
    /// <summary>Too many wait for the backend already.</summary>
    BackendBusy,
    /// <summary>The server is stopping.</summary>
    ServerShutdown,
    /// <summary>The session moved to another node.</summary>
    SessionMoved,
}

/// <summary>How a stream ended.</summary>
public enum Outcome
{
    /// <summary>The model finished its answer.</summary>
    Completed,
    /// <summary>Somebody's decision: a newer prompt, a stop, a client that left.</summary>
    Cancelled,
    /// <summary>The backend or a deadline.</summary>
    Failed,
    /// <summary>Asked to stop, did not within the grace, is fenced and no longer waited for.</summary>
    Detached,
}

/// <summary>Names as they stand in log lines and error codes.</summary>
public static class EndNames
{
    private static readonly string[] Reasons = [.. Enum.GetNames<EndReason>().Select(SnakeCase)];
    private static readonly string[] Outcomes = [.. Enum.GetNames<Outcome>().Select(SnakeCase)];
    private static readonly string[] Receipts = [.. Enum.GetNames<ReceiptOutcome>().Select(SnakeCase)];

    /// <summary>The snake_case name, for example <c>registry_new_stream</c>.</summary>
    public static string Name(this EndReason reason) => Reasons[(int)reason];

    /// <summary>The lower-case name, for example <c>completed</c>.</summary>
    public static string Name(this Outcome outcome) => Outcomes[(int)outcome];

    /// <summary>The snake_case name, for example <c>finished_cleanly</c>.</summary>
    public static string Name(this ReceiptOutcome outcome) => Receipts[(int)outcome];

    /// <summary>Whether the reason is somebody's decision, as opposed to a failure or a deadline.</summary>
    public static bool IsCancellation(this EndReason reason) => reason
        is EndReason.RegistryNewStream or EndReason.ClientDisconnect or EndReason.ClientCancel or EndReason.ClientTooSlow
        or EndReason.SessionDeleted or EndReason.AdminCancel or EndReason.ServerShutdown or EndReason.SessionMoved;

    private static string SnakeCase(string name) =>
        System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(name);
}
