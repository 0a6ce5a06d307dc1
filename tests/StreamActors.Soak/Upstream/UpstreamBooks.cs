using StreamActors.Soak.Traffic;

namespace StreamActors.Soak.Upstream;

/// <summary>The two model servers of a soak and all that they recorded, fetched as it grows.</summary>
internal sealed class UpstreamBooks(UpstreamProcess first, UpstreamProcess second) : IAsyncDisposable
{
    private readonly (string Name, UpstreamProcess Process, List<UpstreamEvent> Events)[] _servers =
        [(Models.First, first, []), (Models.Second, second, [])];

    public Uri First => first.Address;

    public Uri Second => second.Address;

    public long Overlaps { get; private set; }

    /// <summary>Requests that are being answered.</summary>
    public long Live { get; private set; }

    /// <summary>Requests that reached them.</summary>
    public long Accepted { get; private set; }

    /// <summary>All events by server.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<UpstreamEvent>> Events =>
        _servers.ToDictionary(s => s.Name, IReadOnlyList<UpstreamEvent> (s) => s.Events);

    public static async Task<UpstreamBooks> StartAsync() => new(await UpstreamProcess.StartAsync(), await UpstreamProcess.StartAsync());

    public async Task FetchAsync()
    {
        var records = new List<UpstreamRecord>();
        foreach (var (_, process, events) in _servers)
        {
            records.Add(await process.TakeAsync());
            events.AddRange(records[^1].Events);
        }

        (Overlaps, Live, Accepted) = (records.Sum(r => r.Overlaps), records.Sum(r => r.Live), records.Sum(r => r.Accepted));
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (_, process, _) in _servers)
            await process.DisposeAsync();
    }
}
