using System.Globalization;
using StreamActors.Soak.Host;

namespace StreamActors.Soak.Traffic;

/// <summary>The models of a soak, what stands behind them, and the server's settings that say so.</summary>
internal static class Models
{
    public const string First = "first";
    public const string Second = "second";
    public const string Full = "full";
    public const string Dead = "dead";

    public const int FullConcurrent = 4;
    public const int FullWaiting = 4;
    public const int MaxDetached = 3;

    /// <summary>Which model server stands behind a backend.</summary>
    public static readonly IReadOnlyDictionary<string, string> Servers = new Dictionary<string, string>
    {
        [First] = First,
        [Second] = Second,
        [Full] = First,
    };

    public static IEnumerable<string> Settings(Uri first, Uri second, string logs)
    {
        yield return "--Server:Urls=http://127.0.0.1:0";
        yield return $"--Logs:Directory={logs}";
        yield return $"--DefaultModel={First}";
        yield return "--Server:Heartbeat=00:00:01";
        yield return "--Server:MaxBodyBytes=65536";
        yield return Time("Server:DrainTimeout", Timing.Drain);
        yield return Time("Server:WriteTimeout", Timing.Write);
        yield return Time("Sessions:CancelGrace", Timing.Grace);
        yield return Time("Sessions:IdleAfter", Timing.IdleSession);
        yield return Time("Generations:FirstTokenTimeout", Timing.FirstToken);
        yield return Time("Generations:IdleTimeout", Timing.Idle);
        yield return Time("Generations:TotalTimeout", Timing.Total);
        foreach (var setting in Backend(First, first).Concat(Backend(Second, second)).Concat(Backend(Full, first)))
            yield return setting;
        yield return $"--Backends:{Full}:MaxConcurrent={FullConcurrent}";
        yield return $"--Backends:{Full}:MaxWaiting={FullWaiting}";
        foreach (var setting in Backend(Dead, new Uri("http://127.0.0.1:1")))
            yield return setting;
        foreach (var name in MisbehavingBackend.Names)
        {
            yield return $"--Backends:{name}:Type=Demo";
            yield return $"--Backends:{name}:Models:0={name}";
            yield return $"--Backends:{name}:MaxDetached={MaxDetached}";
        }
    }

    private static IEnumerable<string> Backend(string name, Uri url) =>
    [
        $"--Backends:{name}:Type=OpenAiCompatible", $"--Backends:{name}:Url={url}", $"--Backends:{name}:Models:0={name}",
    ];

    private static string Time(string key, TimeSpan value) => $"--{key}={value.ToString("c", CultureInfo.InvariantCulture)}";
}
