using System.Text.RegularExpressions;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Takes out of a model server's words what no caller may see: the server's address, the keys it is sent, and what looks like the
/// like of others, since a server in front of others repeats theirs; and where in its code it broke.
/// </summary>
internal sealed partial class UpstreamSecrets
{
    private const string Address = "[model server]";
    private const string Secret = "[hidden]";

    /// <summary>A shorter value could stand in any sentence.</summary>
    private const int Shortest = 8;

    private readonly Regex? _host;
    private readonly string[] _keys;

    private UpstreamSecrets(Regex? host, string[] keys) => (_host, _keys) = (host, keys);

    /// <summary>Those of a server.</summary>
    /// <param name="http">Its client, with its address and the headers that it is always sent.</param>
    /// <param name="sent">The request, which may hold a key of its caller's.</param>
    public static UpstreamSecrets Of(HttpClient http, HttpRequestMessage? sent = null)
    {
        var headers = http.DefaultRequestHeaders.Where(h => h.Key is not ("User-Agent" or "Accept" or "Accept-Encoding")).SelectMany(h => h.Value)
            .Append(http.DefaultRequestHeaders.Authorization?.Parameter).Append(sent?.Headers.Authorization?.Parameter)
            .Concat(KeyOfQuery().Matches(sent?.RequestUri?.Query ?? "").Select(key => key.Groups[1].Value));
        return new UpstreamSecrets(http.BaseAddress is { } url ? Host(url) : null, [.. headers.OfType<string>().Where(k => k.Length >= Shortest).OrderByDescending(k => k.Length)]);
    }

    /// <summary>The words without them, at most 16 KiB.</summary>
    public UpstreamErrorBody Hide(UpstreamErrorBody said) => said with
    {
        Message = Hide(said.Message),
        Type = Hide(said.Type),
        Code = Hide(said.Code),
        Param = Hide(said.Param),
    };

    /// <summary>The text without them, at most 16 KiB; null: nothing is left.</summary>
    public string? Hide(string? text)
    {
        if (text is null)
            return null;
        text = Stack().Replace(text, "");
        foreach (var key in _keys)
            text = text.Replace(key, Secret, StringComparison.OrdinalIgnoreCase);
        text = Key().Replace(text, "$1" + Secret);
        text = _host?.Replace(text, Address) ?? text;
        text = Private().Replace(text, Address).Trim();
        return text.Length == 0 ? null : ErrorText.Shorten(text);
    }

    /// <summary>A name without a dot may be any word; it is an address where a port or a scheme says so.</summary>
    private static Regex Host(Uri url)
    {
        var host = $@"(?<![\w.-]){Regex.Escape(url.Host)}(?![\w-])";
        var rest = @"(?:/[^\s""'<>]*)?";
        var alone = url.Host.AsSpan().ContainsAny('.', ':') ? "?" : "";
        return new Regex($@"(?:https?|wss?)://{host}(?::\d{{1,5}})?{rest}|{host}(?::\d{{1,5}}){alone}", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant);
    }

    /// <summary>Addresses of machines that are in no public network.</summary>
    [GeneratedRegex(
        @"(?:https?://)(?:(?:127|10)(?:\.\d{1,3}){3}|(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2}|\[[0-9a-f:.]{2,45}\]|[a-z0-9-]+(?![\w.-])|[a-z0-9.-]+\.(?:local|internal|lan|svc))(?::\d{1,5})?(?:/[^\s""'<>]*)?"
        + @"|(?<![\w.])(?:(?:127|10)(?:\.\d{1,3}){3}|(?:192\.168|169\.254|172\.(?:1[6-9]|2\d|3[01]))(?:\.\d{1,3}){2})(?!\.?\d)(?::\d{1,5})?"
        + @"|(?<![\w.-])(?:localhost|\[[0-9a-f:.]{2,45}\]|[a-z0-9.-]+\.(?:local|internal|lan|svc)):\d{1,5}",
        RegexOptions.IgnoreCase)]
    private static partial Regex Private();

    /// <summary>What a key is called by stays: group 1.</summary>
    [GeneratedRegex(@"(\bBearer\s+|[?&](?:api[-_]?key|key|token|access_token)=)[\w.~+/=-]{8,}|\bsk-[\w*.-]{4,}", RegexOptions.IgnoreCase)]
    private static partial Regex Key();

    /// <summary>A key that stands in the configured address.</summary>
    [GeneratedRegex(@"[?&][^=&]*(?:key|token|secret|pass|sig)[^=&]*=([^&]+)", RegexOptions.IgnoreCase)]
    private static partial Regex KeyOfQuery();

    /// <summary>What Python, Java and .NET say of where they broke, and all behind it.</summary>
    [GeneratedRegex(@"Traceback \(most recent call last\).*|\sat [\w.$<>]{3,}\([\w.$, ]*(?::\d+)?\).*", RegexOptions.Singleline)]
    private static partial Regex Stack();
}
