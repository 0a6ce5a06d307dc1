using System.Diagnostics;
using System.Net.Http.Headers;
using StreamActors.Protocol;

namespace StreamActors.Backends.Upstream;

/// <summary>Asks a model server by HTTP.</summary>
internal static class UpstreamHttp
{
    /// <summary>Carries the trace, by which a model server's log can be read beside this one's; vLLM and others note it.</summary>
    private const string RequestIdHeader = "X-Request-ID";

    private const string Json = "application/json";
    private const string StreamOrJson = "text/event-stream, application/x-ndjson, application/json";

    /// <summary>A question without a body.</summary>
    public static HttpRequestMessage Question(string path)
    {
        var message = new HttpRequestMessage(HttpMethod.Get, path);
        message.Headers.TryAddWithoutValidation("Accept", Json);
        return message;
    }

    /// <summary>A request with a body.</summary>
    /// <param name="path">Relative to the server's address.</param>
    /// <param name="json">The body.</param>
    /// <param name="request">The caller's request, for its headers, trace and trace context; null: the server asks for itself.</param>
    public static HttpRequestMessage Prompt(string path, ReadOnlyMemory<byte> json, ChatRequest? request)
    {
        var message = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ReadOnlyMemoryContent(json) };
        message.Content.Headers.ContentType = new MediaTypeHeaderValue(Json);
        message.Headers.TryAddWithoutValidation("Accept", request?.Stream == true ? StreamOrJson : Json);
        foreach (var (name, value) in request?.PassedHeaders ?? [])
        {
            message.Headers.Remove(name);
            message.Headers.TryAddWithoutValidation(name, value);
        }

        if (request?.Trace is { } id)
            message.Headers.Add(RequestIdHeader, id.Value);
        if (request?.TraceContext is { TraceId: var trace } context && trace != default)
        {
            var flags = context.TraceFlags.HasFlag(ActivityTraceFlags.Recorded) ? "01" : "00";
            message.Headers.Add("traceparent", $"00-{trace.ToHexString()}-{context.SpanId.ToHexString()}-{flags}");
            if (!string.IsNullOrEmpty(context.TraceState))
                message.Headers.Add("tracestate", context.TraceState);
        }

        return message;
    }

    /// <summary>Sends and waits for the headers of a success. A message that has a key carries its caller's.</summary>
    /// <exception cref="BackendException">As below, or the server refused.</exception>
    public static async Task<HttpResponseMessage> AskAsync(HttpClient http, HttpRequestMessage message, CancellationToken cancellation)
    {
        var callersKey = message.Headers.Authorization is not null;
        var response = await SendAsync(http, message, cancellation).ConfigureAwait(false);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
        {
            throw await UpstreamErrors.OfAsync(http, response, callersKey, cancellation).ConfigureAwait(false);
        }
    }

    /// <summary>Sends and waits for the headers.</summary>
    /// <exception cref="BackendException">No connection, or none that answered with HTTP.</exception>
    public static Task<HttpResponseMessage> SendAsync(HttpClient http, HttpRequestMessage message, CancellationToken cancellation) =>
        http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, cancellation);

    /// <summary>What a failure while the body is read means: the answer stopped before its end.</summary>
    public static BackendException Truncated(Exception failure) =>
        new(EndReason.BackendTruncated, "The backend's answer stopped before its end.", inner: failure) { Begun = true };

    /// <summary>What the backend sent in a successful answer is not the protocol.</summary>
    public static BackendException NotTheProtocol(string what, Exception? inner = null) =>
        new(EndReason.BackendError, $"The backend sent {what}.", inner: inner) { Begun = true };
}
