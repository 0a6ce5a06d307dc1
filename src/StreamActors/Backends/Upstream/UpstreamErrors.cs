using System.Globalization;
using StreamActors.Protocol;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// What a refusal of the model server means for the caller: its status, words, type, code and field are passed on, with when to try
/// again and what is left of an allowance. What concerns this server's own key is the operator's affair: 502. So are the other
/// statuses of a server that failed; its words are passed on where it gave them as an error object.
/// </summary>
internal static class UpstreamErrors
{
    /// <summary>The code of a refusal of this server's own key.</summary>
    private const string BackendAuth = "backend_auth";

    private const int BadGateway = 502;
    private const int MaxBody = 256 * 1024;
    private static readonly TimeSpan ReadWithin = TimeSpan.FromSeconds(2);

    /// <summary>Reads a refusal's body (at most 256 KiB of it, for at most 2 s) and makes the failure of it.</summary>
    /// <param name="http">The server's client.</param>
    /// <param name="response">The refusal.</param>
    /// <param name="callersKey">The request went with its caller's own key.</param>
    /// <param name="cancellation">Ends the reading.</param>
    public static async Task<BackendException> OfAsync(HttpClient http, HttpResponseMessage response, bool callersKey, CancellationToken cancellation)
    {
        var status = (int)response.StatusCode;
        var body = await ReadAsync(response, cancellation).ConfigureAwait(false);
        var said = UpstreamErrorBody.Read(body.Span) is { } words ? UpstreamSecrets.Of(http, response.RequestMessage).Hide(words) : null;
        var fault = Fault(response, said, IsObject(body.Span), callersKey);
        return new BackendException(EndReason.BackendError, string.Create(CultureInfo.InvariantCulture, $"The backend answered {status}."), fault)
        {
            Status = status,
            Begun = IsLeftAtWork(status) && fault is { MayRetry: false },
            Cause = RefusalCauses.Of(http, response, said, callersKey),
        };
    }

    /// <summary>What a status of 400 or more means for the caller.</summary>
    /// <param name="status">As the server gave it.</param>
    /// <param name="said">What it said; null: nothing that a caller may know.</param>
    /// <param name="callersKey">The request went with its caller's own key.</param>
    public static BackendFault Fault(int status, UpstreamErrorBody? said, bool callersKey = false)
    {
        if (status is 401 or 403 && !callersKey)
            return new BackendFault(BadGateway, "The model server refuses this server's key; its operator has to see to it.") { Code = BackendAuth, MayRetry = false };
        return new BackendFault(IsPassed(status) ? status : BadGateway, said?.Message ?? Words(status), said?.RetryAfter)
        {
            Type = said?.Type,
            Code = said?.Code,
            Param = said?.Param,
            Figures = said?.Figures ?? [],
            MayRetry = IsLeftAtWork(status) ? false : null,
        };
    }

    private static BackendFault? Fault(HttpResponseMessage response, UpstreamErrorBody? said, bool isObject, bool callersKey)
    {
        var status = (int)response.StatusCode;
        if (status < 400)
            return null;
        // The page of a server that broke may hold its insides.
        var fault = Fault(status, IsPassed(status) || isObject ? said : null, callersKey);
        return fault with
        {
            RetryAfter = RetryHints.After(response, TimeProvider.System) ?? fault.RetryAfter,
            MayRetry = RetryHints.May(response) ?? fault.MayRetry,
            Headers = AllowanceHeaders.Of(response),
        };
    }

    /// <summary>A server in between waited no longer, while the model went on.</summary>
    private static bool IsLeftAtWork(int status) => status is 504 or 524;

    private static bool IsPassed(int status) => status is < 500 and not 407 or 501 or 503 or 529;

    private static string Words(int status) => status switch
    {
        401 or 403 => "The model server does not take your key.",
        429 => "The model server takes no more requests of yours for now; try again later.",
        503 or 529 => "The model server takes no requests now; try again later.",
        < 500 or 501 => "The backend refused the request.",
        _ => "The model server failed.",
    };

    private static bool IsObject(ReadOnlySpan<byte> body) => body.TrimStart("\uFEFF \t\r\n"u8) is [(byte)'{' or (byte)'[', ..];

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(ReadWithin);
        var body = new MemoryStream();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(bounded.Token).ConfigureAwait(false);
            var buffer = new byte[16 * 1024];
            int read;
            while (body.Length < MaxBody && (read = await stream.ReadAsync(buffer, bounded.Token).ConfigureAwait(false)) > 0)
                body.Write(buffer, 0, read);
        }
        catch (Exception failure) when (failure is IOException || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            // What came says enough, or nothing.
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
