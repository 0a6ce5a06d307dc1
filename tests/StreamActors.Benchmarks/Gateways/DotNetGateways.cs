using System.Net;
using System.Text.RegularExpressions;
using StreamActors.Benchmarks.Gateways.Peers;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Gateways;

/// <summary>A program of .NET that says where it listens.</summary>
/// <param name="Name">As in the tables.</param>
/// <param name="What">What it is, for the report.</param>
/// <param name="Tuned">The settings of <see cref="Tuning"/>: on, explicitly off, or (null) as the program has them.</param>
internal abstract partial record DotNetGateway(string Name, string What, bool? Tuned) : GatewayKind(Name, What)
{
    public override Started Start(Uri upstream, string folder, Machine machine)
    {
        var process = ChildProcess.Start(
            Name, folder, [.. machine.OnGatewayCore, .. Command(upstream, folder)], Tuning.Environment(Tuned), Own.Root);
        return new Started(process, () => Listening().Match(process.Said()) is { Success: true } line ? IPEndPoint.Parse(line.Groups[1].Value) : null);
    }

    protected abstract string[] Command(Uri upstream, string folder);

    [GeneratedRegex("listens on http://([0-9.:]+)\r?\n")]
    private static partial Regex Listening();
}

/// <summary>One of this program's peers.</summary>
internal sealed record PeerGateway(string Mode, string What, bool? Tuned = null) : DotNetGateway(Tuned == true ? $"{Mode}-tuned" : Mode, What, Tuned)
{
    protected override string[] Command(Uri upstream, string folder) => Own.Command(["peer", Mode, upstream.ToString(), .. Tuning.Arguments(Tuned)]);
}

/// <summary>The server: as shipped, or in this program with the settings on or off. Logging as shipped, to its file and its console.</summary>
internal sealed record OursGateway(string Name, string What, bool? Tuned = null) : DotNetGateway(Name, What, Tuned)
{
    /// <summary>Its folder for logs.</summary>
    public const string Logs = "logs";

    public override bool HasSessions => true;

    protected override string[] Command(Uri upstream, string folder) =>
        [.. Tuned is null ? [Own.DotNet, Own.ServerProgram] : Own.Command("peer", "ours"), .. Settings(upstream, folder), .. Tuning.Arguments(Tuned)];

    private static string[] Settings(Uri upstream, string folder) =>
    [
        "--Server:Urls", "http://127.0.0.1:0",
        "--Logs:Directory", Path.Combine(folder, Logs),
        "--Backends:bench:Type", "OpenAiCompatible",
        "--Backends:bench:Url", new Uri(upstream, "/v1").ToString(),
        "--Backends:bench:Models:0", PacedBackend.Model,
        "--DefaultModel", PacedBackend.Model,
    ];
}
