using System.Net.Http.Json;
using System.Text.Json;
using StreamActors.Conformance.Backend;

namespace StreamActors.Conformance.Client;

/// <summary>The counters of the instrumented model server, and its events in their order.</summary>
internal sealed record ModelRecord(
    long Live, long Accepted, long Ended, long Aborted, long Failed, int OpenConnections, IReadOnlyList<RecordedEvent> Events);

/// <summary>What the instrumented model server has recorded, asked over HTTP wherever it runs.</summary>
internal sealed class ModelBooks(Uri address) : IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(10);
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false }) { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };

    public async Task<ModelRecord> ReadAsync(CancellationToken cancellation) =>
        (await _http.GetFromJsonAsync<ModelRecord>("/_record", SnakeCase, cancellation))!;

    public async Task<IReadOnlyList<RecordedEvent>> OfAsync(string session, CancellationToken cancellation) =>
        [.. (await ReadAsync(cancellation)).Events.Where(e => e.Session == session)];

    /// <summary>Looks again until something is in the record; null where it does not come in time.</summary>
    public async Task<RecordedEvent?> WaitForAsync(
        string session, string prompt, string name, TimeSpan bound, CancellationToken cancellation)
    {
        var until = MonotonicClock.Microseconds + (long)bound.TotalMicroseconds;
        do
        {
            foreach (var e in await OfAsync(session, cancellation))
            {
                if (e.Prompt == prompt && e.Event == name)
                    return e;
            }

            await Task.Delay(BetweenLooks, cancellation);
        }
        while (MonotonicClock.Microseconds < until);
        return null;
    }

    public void Dispose() => _http.Dispose();
}
