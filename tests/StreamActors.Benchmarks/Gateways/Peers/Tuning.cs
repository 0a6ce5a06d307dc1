using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace StreamActors.Benchmarks.Gateways.Peers;

/// <summary>
/// The three settings of .NET that decide what a token costs: whether idle pool threads spin, whether a socket's completion runs on the
/// thread that polls it, and whether Kestrel goes on there.
/// </summary>
internal static class Tuning
{
    private const string Inline = "--inline";

    private static readonly string[] Variables = ["DOTNET_ThreadPool_UnfairSemaphoreSpinLimit", "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS"];

    /// <summary>What the runtime does where nothing is said; the spin limit is hexadecimal.</summary>
    private static readonly string[] Off = ["46", "0"];
    private static readonly string[] On = ["0", "1"];

    /// <summary>For the environment of a gateway.</summary>
    /// <param name="on">On or explicitly off; null: nothing is set, as shipped.</param>
    public static IEnumerable<(string Name, string? Value)> Environment(bool? on) => Variables.Zip(
        on switch { true => On, false => Off, null => new string?[Variables.Length] }, (name, value) => (name, value));

    /// <summary>For the command line of a gateway of this program.</summary>
    public static string[] Arguments(bool? on) => on is { } value ? [Inline, value ? "1" : "0"] : [];

    /// <summary>The same, read again. Said last, so that it holds whatever was configured before.</summary>
    public static void Apply(IServiceCollection services, IReadOnlyList<string> args)
    {
        var at = args.ToList().IndexOf(Inline);
        if (at >= 0)
            services.PostConfigure<SocketTransportOptions>(transport => transport.UnsafePreferInlineScheduling = args[at + 1] == "1");
    }

    /// <summary>The arguments that are not for here.</summary>
    public static string[] Others(IReadOnlyList<string> args) =>
        args.ToList().IndexOf(Inline) is var at and >= 0 ? [.. args.Take(at), .. args.Skip(at + 2)] : [.. args];
}
