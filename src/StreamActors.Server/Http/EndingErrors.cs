using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>What a client is told when its stream ended other than by the model finishing.</summary>
internal static class EndingErrors
{
    private const string Cancelled = "request_cancelled";
    private const string Failed = "server_error";
    private const string TimedOut = "timeout";
    private const int MostSeconds = 3600;
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>The error of an ending. Its code is the reason's name.</summary>
    public static ApiError Of(StreamEnding ending)
    {
        var (status, type, message) = Describe(ending.Reason);
        if (ending.Fault is { } fault)
            (status, type, message) = (fault.Status, TypeOf(fault.Status), fault.Message);
        return new ApiError(status, type, ending.Fault?.Code ?? ending.Reason.Name(), message, ending.Fault?.Param)
        {
            SupersededBy = ending.SupersededBy,
            MayRetry = type != Cancelled,
            RetryAfter = status is 503 or 429 ? (int)Math.Clamp(Math.Ceiling((ending.Fault?.RetryAfter ?? OneSecond).TotalSeconds), 1, MostSeconds) : null,
        };
    }

    /// <summary>The same of a backend's failure outside a stream.</summary>
    public static ApiException Of(BackendException failure) =>
        new(Of(failure.Ending));

    private static string TypeOf(int status) => status switch
    {
        429 => "rate_limit_error",
        < 500 => "invalid_request_error",
        _ => Failed,
    };

    // A superseded or cancelled request gets 400: other statuses are retried by some official client, and a retried loser
    // would take the winner's place.
    private static (int Status, string Type, string Message) Describe(EndReason reason) => reason switch
    {
        EndReason.RegistryNewStream => (400, Cancelled, "A newer prompt of the same session took this one's place."),
        EndReason.ClientCancel => (400, Cancelled, "This stream was stopped on request."),
        EndReason.ClientDisconnect => (400, Cancelled, "The client closed the connection."),
        EndReason.ClientTooSlow => (400, Cancelled, "The client took no data for too long."),
        EndReason.SessionDeleted => (400, Cancelled, "The session was deleted."),
        EndReason.AdminCancel => (400, Cancelled, "An operator stopped this stream."),
        EndReason.FirstTokenTimeout => (504, TimedOut, "The model gave no answer in time."),
        EndReason.IdleTimeout => (504, TimedOut, "The model stopped answering."),
        EndReason.TotalTimeout => (504, TimedOut, "The whole answer took too long."),
        EndReason.BackendUnreachable => (502, Failed, "The model server cannot be reached."),
        EndReason.BackendTruncated => (502, Failed, "The model's answer stopped before its end."),
        EndReason.BackendStuck => (503, Failed, "The model server does not stop earlier answers; try again later."),
        EndReason.BackendBusy => (503, Failed, "Too many requests wait for the model server; try again later."),
        EndReason.ServerShutdown => (503, Failed, "The server is stopping; try again."),
        EndReason.SessionMoved => (503, Failed, "The session moved to another node; try again."),
        _ => (502, Failed, "The model server failed."),
    };
}
