using System.Text.RegularExpressions;

namespace StreamActors.Conformance;

/// <summary>Options of the verb <c>check</c>.</summary>
/// <param name="Server">The base address of the API; ends in <c>/v1/</c>.</param>
internal sealed partial record ConformanceOptions(Uri Server)
{
    public const string Usage =
        "usage: ./run.sh conformance URL [--key K] [--model M] [--backend-port P] [--session-header NAME] [--within SECONDS] [--json]";

    private static readonly TimeSpan LongestRun = TimeSpan.FromHours(1);

    /// <summary>Sent as <c>Authorization: Bearer</c>, or null.</summary>
    public string? Key { get; private init; }

    /// <summary>Sent as <c>model</c>; null: the instrumented one, or the first that the server lists.</summary>
    public string? Model { get; private init; }

    /// <summary>Where to listen as the server's model server, or null.</summary>
    public int? BackendPort { get; private init; }

    /// <summary>The header that names a session.</summary>
    public string SessionHeader { get; init; } = "X-Session-Id";

    /// <summary>The bound of the whole run.</summary>
    public TimeSpan Within { get; init; } = TimeSpan.FromSeconds(60);

    public bool Json { get; private init; }

    public static bool TryParse(ReadOnlySpan<string> args, out ConformanceOptions options)
    {
        options = null!;
        if (args.IsEmpty || Address(args[0]) is not { } server)
            return false;
        options = new ConformanceOptions(server);
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--json")
                options = options with { Json = true };
            else if (i + 1 < args.Length && options.With(args[i], args[i + 1]) is { } more)
                (options, i) = (more, i + 1);
            else
                return false;
        }

        return true;
    }

    private ConformanceOptions? With(string name, string value) => name switch
    {
        "--key" when Printable().IsMatch(value) => this with { Key = value },
        "--model" when value.Length > 0 => this with { Model = value },
        "--session-header" when HeaderName().IsMatch(value) => this with { SessionHeader = value },
        "--backend-port" when ushort.TryParse(value, out var port) && port > 0 => this with { BackendPort = port },
        "--within" when int.TryParse(value, out var seconds) && seconds > 0 && seconds <= LongestRun.TotalSeconds =>
            this with { Within = TimeSpan.FromSeconds(seconds) },
        _ => null,
    };

    /// <summary>With or without <c>/v1</c>, as people have it at hand.</summary>
    private static Uri? Address(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("http" or "https"))
            return null;
        var path = address.AbsolutePath.TrimEnd('/');
        var api = path.EndsWith("/v1", StringComparison.Ordinal) ? path : $"{path}/v1";
        return new UriBuilder(address) { Path = $"{api}/", Query = "", Fragment = "" }.Uri;
    }

    [GeneratedRegex("^[!-~]+$")]
    private static partial Regex Printable();

    [GeneratedRegex("^[A-Za-z0-9_-]+$")]
    private static partial Regex HeaderName();
}
