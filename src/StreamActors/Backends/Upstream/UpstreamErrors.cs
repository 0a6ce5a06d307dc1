using System.Net;
using System.Text;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// What a refusal of the model server means for the caller. What the caller can mend (400, 404, 413, 422, 429) keeps its status
/// and the server's own sentence; anything else is the backend's affair: 502, in our words.
/// </summary>
internal static class UpstreamErrors
{
    private const int MaxMessage = 500;

    /// <summary>The failure of a request that went with its caller's own key, where that key was refused; else null.</summary>
    public static BackendException? OfCallersKey(HttpResponseMessage response)
    {
        var status = (int)response.StatusCode;
        return status is 401 or 403
            ? new BackendException(EndReason.BackendError, $"The backend answered {status}.", new BackendFault(status, "The model server does not take your key."))
            : null;
    }

    /// <summary>Reads a refusal's body (at most 64 KiB of it, for at most 2 s) and makes the failure of it.</summary>
    public static async Task<BackendException> OfAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var status = response.StatusCode;
        var detail = $"The backend answered {(int)status}.";
        if (status is not (HttpStatusCode.BadRequest or HttpStatusCode.NotFound or HttpStatusCode.RequestEntityTooLarge
            or HttpStatusCode.UnprocessableContent or HttpStatusCode.TooManyRequests))
        {
            return new BackendException(EndReason.BackendError, detail);
        }

        var message = await ReadMessageAsync(response, cancellation).ConfigureAwait(false) ?? "The backend refused the request.";
        var fault = new BackendFault((int)status, message, response.Headers.RetryAfter?.Delta);
        return new BackendException(EndReason.BackendError, detail, fault);
    }

    private static async Task<string?> ReadMessageAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        using var bounded = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bounded.CancelAfter(TimeSpan.FromSeconds(2));
        try
        {
            var body = new byte[64 * 1024];
            await using var stream = await response.Content.ReadAsStreamAsync(bounded.Token).ConfigureAwait(false);
            var length = await stream.ReadAtLeastAsync(body, body.Length, throwOnEndOfStream: false, bounded.Token).ConfigureAwait(false);
            using var json = JsonDocument.Parse(body.AsMemory(0, length));
            var error = json.RootElement.GetProperty("error");
            return Clean(error.ValueKind == JsonValueKind.String ? error.GetString() : error.GetProperty("message").GetString());
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or IOException
            || (failure is OperationCanceledException && !cancellation.IsCancellationRequested))
        {
            return null;
        }
    }

    /// <summary>One line of printable text, cut to a sensible length.</summary>
    private static string? Clean(string? message)
    {
        if (string.IsNullOrWhiteSpace(message))
            return null;
        var line = new StringBuilder();
        foreach (var rune in message.EnumerateRunes().Take(MaxMessage))
            line.Append(Rune.IsControl(rune) ? " " : rune.ToString());
        return line.ToString().Trim();
    }
}
