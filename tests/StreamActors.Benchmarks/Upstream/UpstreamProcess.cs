using System.Net;
using System.Net.Http.Json;
using System.Text.RegularExpressions;
using StreamActors.Benchmarks.Gateways;

namespace StreamActors.Benchmarks.Upstream;

/// <summary>The model server as a process of its own, on the load's core.</summary>
internal sealed partial class UpstreamProcess : IAsyncDisposable
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;
    private readonly HttpClient _http;

    private UpstreamProcess(ChildProcess process, Uri address)
    {
        (_process, Address) = (process, address);
        _http = new HttpClient { BaseAddress = address, Timeout = Within };
    }

    public Uri Address { get; }

    public IPEndPoint EndPoint => new(IPAddress.Loopback, Address.Port);

    public int Id => _process.Id;

    public static async Task<UpstreamProcess> StartAsync(string folder, CancellationToken cancellation)
    {
        var process = ChildProcess.Start("upstream", folder, Own.Command("upstream"));
        var said = await process.UntilAsync(
            () => Task.FromResult(Listening().Match(process.Said()) is { Success: true } line ? line.Groups[1].Value : null), Within, cancellation);
        return new UpstreamProcess(process, new Uri(said));
    }

    /// <summary>Its books as they stand.</summary>
    public async Task<UpstreamBooks> BooksAsync() => (await _http.GetFromJsonAsync<UpstreamBooks>("_books"))!;

    /// <summary>What happened to the prompts of numbered sessions.</summary>
    public async Task<IReadOnlyList<Booked>> EventsAsync() => (await _http.GetFromJsonAsync<List<Booked>>("_events"))!;

    /// <summary>Waits until no answer is under way.</summary>
    public Task SettledAsync(CancellationToken cancellation) =>
        _process.UntilAsync(async () => await BooksAsync() is { Live: 0 } books ? books : null, Within, cancellation);

    /// <summary>Waits for that, then opens new books.</summary>
    public async Task QuietAsync(CancellationToken cancellation)
    {
        await SettledAsync(cancellation);
        using var answer = await _http.PostAsync("_reset", content: null, cancellation);
        answer.EnsureSuccessStatusCode();
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _process.DisposeAsync();
    }

    [GeneratedRegex("listens on (http://[0-9.:]+)\n")]
    private static partial Regex Listening();
}
