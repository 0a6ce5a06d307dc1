using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using StreamActors.Conformance.Backend;

namespace StreamActors.Conformance.Client;

/// <summary>A chat request that says, once it has left, when it began to: only then is the order of two requests certain.</summary>
internal sealed class RequestBody : HttpContent
{
    private readonly byte[] _json;
    private readonly Action<long> _sent;

    public RequestBody(string? model, Prompt prompt, bool stream, Action<long> sent)
    {
        var fields = new Dictionary<string, object> { ["messages"] = new[] { new { role = "user", content = prompt.Text } }, ["stream"] = stream };
        if (model is not null)
            fields["model"] = model;
        if (prompt.MaxTokens is { } most)
            fields["max_tokens"] = most;
        (_json, _sent) = (JsonSerializer.SerializeToUtf8Bytes(fields), sent);
        Headers.ContentType = new MediaTypeHeaderValue("application/json");
    }

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
    {
        var now = MonotonicClock.Microseconds;
        await stream.WriteAsync(_json);
        await stream.FlushAsync();
        _sent(now);
    }

    protected override bool TryComputeLength(out long length)
    {
        length = _json.Length;
        return true;
    }
}
