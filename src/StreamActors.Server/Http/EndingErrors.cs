using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>What a client is told when its stream ended other than by the model finishing.</summary>
internal static class EndingErrors
{
    // Clients that see an error as the first event of a stream decide by this word whether they try again.
    private const string Final = "invalid_request_error";
    private const string Failed = "server_error";
    private static readonly TimeSpan OneSecond = TimeSpan.FromSeconds(1);

    /// <summary>The error of an ending: what the backend said of it, else the reason's own words, and the reason's name as its code.</summary>
    public static ApiError Of(StreamEnding ending)
    {
        var begun = ending.Begun && !ending.Reason.IsCancellation();
        if (ending.Fault is { } fault)
            return Of(begun ? fault with { Status = FinalStatus(fault.Status), MayRetry = false } : fault, ending.Reason);
        var (status, type, message) = Describe(ending.Reason);
        if (begun)
            (status, type) = (FinalStatus(status), Final);
        return new ApiError(status, type, ending.Reason.Name(), message)
        {
            SupersededBy = ending.SupersededBy,
            MayRetry = type == Final ? false : null,
            RetryAfter = status == StatusCodes.Status503ServiceUnavailable ? OneSecond : null,
        };
    }

    /// <summary>The same of a backend's failure outside a stream.</summary>
    public static ApiException Of(BackendException failure) =>
        new(Of(failure.Ending));

    /// <summary>
    /// The model has been at work: a client that tried again by itself would have it paid for once more. Of the statuses that every client
    /// takes for final (400 to 407) the first is understood best.
    /// </summary>
    private static int FinalStatus(int status) => status is >= 400 and <= 407 ? status : StatusCodes.Status400BadRequest;

    private static ApiError Of(BackendFault fault, EndReason reason) => new(fault.Status, fault.Type ?? TypeOf(fault.Status), fault.Code ?? reason.Name(), fault.Message, fault.Param)
    {
        CountedAs = reason.Name(),
        MayRetry = fault.MayRetry,
        RetryAfter = fault.RetryAfter ?? (fault.Status is 429 or 503 or 529 ? OneSecond : null),
        Figures = fault.Figures,
        Headers = fault.Headers,
    };

    private static string TypeOf(int status) => status switch
    {
        429 => "rate_limit_error",
        < 500 => Final,
        _ => Failed,
    };

    // A superseded or cancelled request gets 400: other statuses are retried by some official client, and a retried loser
    // would take the winner's place. So does one that ran out of time while the model was at work.
    private static (int Status, string Type, string Message) Describe(EndReason reason) => reason switch
    {
        EndReason.RegistryNewStream => (400, Final, "A newer prompt of the same session took this one's place."),
        EndReason.ClientCancel => (400, Final, "This stream was stopped on request."),
        EndReason.ClientDisconnect => (400, Final, "The client closed the connection."),
        EndReason.ClientTooSlow => (400, Final, "The client took no data for too long."),
        EndReason.SessionDeleted => (400, Final, "The session was deleted."),
        EndReason.AdminCancel => (400, Final, "An operator stopped this stream."),
        EndReason.FirstTokenTimeout => (504, Final, "The model gave no answer in time."),
        EndReason.IdleTimeout => (400, Final, "The model stopped answering."),
        EndReason.TotalTimeout => (400, Final, "The whole answer took too long."),
        EndReason.BackendUnreachable => (502, Failed, "The model server cannot be reached."),
        EndReason.BackendTruncated => (502, Failed, "The model's answer stopped before its end."),
        EndReason.BackendStuck => (503, Failed, "The model server does not stop earlier answers; try again later."),
        EndReason.BackendBusy => (503, Failed, "Too many requests wait for the model server; try again later."),
        EndReason.ServerShutdown => (503, Failed, "The server is stopping; try again."),
        EndReason.SessionMoved => (503, Failed, "The session moved to another node; try again."),
        _ => (502, Failed, "The model server failed."),
    };
}
