using System.Collections.Concurrent;
using StreamActors.Server.Tests.Clients;

namespace StreamActors.Server.Tests.Nginx;

/// <summary>One server on a clock that only tests move, one nginx before it that has all ways at once, and each client library once.</summary>
public sealed class NginxStage : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ClientProcess>>> _clients = new();
    private readonly Dictionary<string, string> _addresses = [];

    internal ClientStage Stage { get; private set; } = null!;

    internal NginxProcess Nginx { get; private set; } = null!;

    /// <summary>The address of a way, without a slash at its end.</summary>
    internal string AddressOf(string way) => _addresses[way];

    internal Task<ClientProcess> ClientAsync(RealClient client) =>
        _clients.GetOrAdd(client.Name, _ => new Lazy<Task<ClientProcess>>(client.StartAsync)).Value;

    public async Task InitializeAsync()
    {
        Stage = await ClientStage.StartAsync(("Generations:IdleTimeout", "00:00:20"));
        var server = Stage.Both.Server.Address;
        var (ports, sites) = (new List<int>(), new List<string>());
        foreach (var site in NginxWay.All.Concat(NginxWay.Buffering).GroupBy(way => way.More ?? "shipped"))
        {
            var port = NginxProcess.FreePort();
            ports.Add(port);
            sites.Add(site.First().More is { } more
                ? DebianSettings.DefaultSite(port, server, more)
                : DebianSettings.ShippedSite(port, NginxProcess.FreePort(), server));
            foreach (var way in site)
                _addresses[way.Name] = $"https://127.0.0.1:{port}{way.Path}";
        }

        Nginx = await NginxProcess.StartAsync(ports, [.. sites]);
    }

    public async Task DisposeAsync()
    {
        foreach (var client in _clients.Values)
            await (await client.Value).DisposeAsync();
        await Nginx.DisposeAsync();
        await Stage.DisposeAsync();
    }
}
