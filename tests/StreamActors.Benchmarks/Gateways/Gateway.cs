using System.Net;

namespace StreamActors.Benchmarks.Gateways;

/// <summary>One thing to measure.</summary>
/// <param name="Name">As in the tables.</param>
/// <param name="What">What it is, for the report.</param>
internal abstract record GatewayKind(string Name, string What)
{
    /// <summary>A newer prompt of a session ends the older one there; elsewhere the client has to.</summary>
    public virtual bool HasSessions => false;

    /// <summary>Starts it.</summary>
    /// <param name="upstream">The model server.</param>
    /// <param name="folder">For its files, empty.</param>
    /// <param name="machine">Where it may run.</param>
    public abstract Started Start(Uri upstream, string folder, Machine machine);
}

/// <summary>A gateway that comes up.</summary>
/// <param name="Process">Its process.</param>
/// <param name="Address">Where it listens, as soon as that is known.</param>
internal sealed record Started(ChildProcess Process, Func<IPEndPoint?> Address);

/// <summary>A gateway that is up, or the model server itself.</summary>
/// <param name="kind">What it is.</param>
/// <param name="process">Null for the model server itself.</param>
/// <param name="address">Where it listens.</param>
/// <param name="folder">Holds its files.</param>
internal sealed class Gateway(GatewayKind kind, ChildProcess? process, IPEndPoint address, string folder) : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(40);

    public string Name => kind.Name;

    public bool HasSessions => kind.HasSessions;

    public int? Id => process?.Id;

    public IPEndPoint Address => address;

    /// <summary>Where the server's own log is, if it writes one.</summary>
    public string Logs => Path.Combine(folder, OursGateway.Logs);

    /// <summary>Starts one and waits until a request passes through it.</summary>
    public static async Task<Gateway> StartAsync(GatewayKind kind, Uri upstream, string folder, Machine machine, CancellationToken cancellation)
    {
        if (kind is Direct)
            return new Gateway(kind, null, new IPEndPoint(IPAddress.Loopback, upstream.Port), folder);
        Directory.CreateDirectory(folder);
        var (process, listening) = kind.Start(upstream, folder, machine);
        try
        {
            using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(5) };
            var address = await process.UntilAsync(
                async () => listening() is { } found && await PassesAsync(http, found, cancellation) ? found : null, StartWithin, cancellation);
            return new Gateway(kind, process, address, folder);
        }
        catch
        {
            await process.DisposeAsync();
            throw;
        }
    }

    public ValueTask DisposeAsync() => process?.DisposeAsync() ?? ValueTask.CompletedTask;

    private static async Task<bool> PassesAsync(HttpClient http, IPEndPoint address, CancellationToken cancellation)
    {
        try
        {
            using var answer = await http.GetAsync($"http://{address}/v1/models", cancellation);
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
