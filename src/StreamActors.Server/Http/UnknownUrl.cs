using System.Text;
using Microsoft.AspNetCore.Routing.Template;
using StreamActors.Server.Http.Proxies;

namespace StreamActors.Server.Http;

/// <summary>
/// What is said to a request for something that is not here. Most come from a client whose base URL is a little off: too short, too long, or another
/// server's. They are told the right one.
/// </summary>
/// <param name="sources">What there is.</param>
internal sealed class UnknownUrl(IEnumerable<EndpointDataSource> sources)
{
    private const string OpenAi = "/v1";
    private const int MostShown = 200;

    /// <summary>A path is looked through from the end, so far: what is off stands before a few known parts.</summary>
    private const int MostParts = 16;

    /// <summary>Under these names monitors elsewhere find what is meant.</summary>
    private static readonly Dictionary<string, string> Probes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["health"] = "/healthz", ["live"] = "/healthz", ["livez"] = "/healthz", ["ping"] = "/healthz",
        ["ready"] = "/readyz", ["readiness"] = "/readyz", ["status"] = "/readyz", ["version"] = "/api/version",
    };

    private static readonly Dictionary<string, string> NotSpoken = new(StringComparer.OrdinalIgnoreCase)
    {
        ["responses"] = "OpenAI's Responses are not spoken here. Tell the client to use chat completions: ",
        ["messages"] = "Anthropic's Messages are not spoken here. Use a client that speaks OpenAI's chat completions: ",
    };

    private readonly Lazy<IReadOnlyList<(string Text, TemplateMatcher Matcher, IReadOnlyList<string> Methods)>> _routes = new(() =>
    [
        .. sources.SelectMany(s => s.Endpoints).OfType<RouteEndpoint>().Select(e => (
            e.RoutePattern.RawText!, new TemplateMatcher(TemplateParser.Parse(e.RoutePattern.RawText!), []),
            e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods ?? [])),
    ]);

    /// <summary>The 404 of a request that matched nothing.</summary>
    public ApiError Explain(HttpRequest request)
    {
        var path = request.Path.Value ?? "/";
        return ApiError.NotFound("unknown_url", $"There is no {request.Method} {Shown(path)}. {Hint(request, path)}");
    }

    /// <summary>Where prompts go, for a request that was sent to the base URL itself.</summary>
    public static string Prompts(HttpRequest request) => $"Prompts go to POST {request.PublicAddress()}{OpenAi}/chat/completions.";

    private string Hint(HttpRequest request, string path)
    {
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        var address = request.PublicAddress();
        if (parts.Length == 0 || (parts.Length == 1 && $"/{parts[0]}".Equals(OpenAi, StringComparison.OrdinalIgnoreCase)))
            return $"{address}{OpenAi} is the base URL for OpenAI's clients. {Prompts(request)}";
        if (parts.Select(part => NotSpoken.GetValueOrDefault(part)).FirstOrDefault(text => text is not null) is { } other)
            return $"{other}POST {address}{OpenAi}/chat/completions.";
        for (var from = Math.Max(0, parts.Length - MostParts); from < parts.Length; from++)
        {
            var rest = "/" + string.Join('/', parts[from..]);
            if ((Find(request.Method, rest) ?? Find(request.Method, OpenAi + rest)) is { } found)
                return $"Did you mean {Shown(found)}? Set the client's base URL to {address}{(found.StartsWith(OpenAi + "/", StringComparison.OrdinalIgnoreCase) ? OpenAi : "")}.";
        }

        return Probes.TryGetValue(parts[^1], out var probe) ? $"Did you mean {probe}?" : $"What there is: {address}/openapi.";
    }

    /// <summary>The path, if there is something under it; or the one path of which it is the beginning.</summary>
    private string? Find(string method, string path)
    {
        var routes = _routes.Value.Where(r => r.Methods.Contains(method, StringComparer.OrdinalIgnoreCase)).ToList();
        return routes.Any(r => r.Matcher.TryMatch(path, [])) ? path
            : routes.Where(r => r.Text.StartsWith(path + "/", StringComparison.OrdinalIgnoreCase) && !r.Text.Contains('{')).Select(r => r.Text).ToList() is [var longer] ? longer
            : null;
    }

    private static string Shown(string path)
    {
        if (path.Length <= MostShown)
            return path;
        var shown = new StringBuilder();
        foreach (var rune in path.EnumerateRunes().Take(MostShown))
            shown.Append(rune);
        return $"{shown}...";
    }
}
