using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using StreamActors.Telemetry;

namespace StreamActors.Server.Http;

/// <summary>
/// One entry of <c>Server:AllowedOrigins</c>: an origin as browsers send it (<c>https://chat.example</c>, <c>app://obsidian.md</c>, <c>null</c>), or
/// one with a <c>*</c> in place of its port, of its host's first part or of its host; <c>*</c> alone is every page.
/// </summary>
internal sealed partial record OriginPattern
{
    private const string Any = "*";
    private const string Null = "null";
    private const string Example = "an origin is a scheme, a host and, unless it is the scheme's own, a port: https://chat.example, http://localhost:3000";

    private OriginPattern(string scheme, string host, string port) => (Scheme, Host, Port) = (scheme, host, port);

    private string Scheme { get; }

    private string Host { get; }

    private string Port { get; }

    /// <summary>Whether it lets in pages of everybody: a sandboxed page of any site is <c>null</c> too.</summary>
    public bool IsOpen => Scheme is Any or Null || (Scheme is "http" or "https" && Host == Any);

    /// <summary>Reads an entry.</summary>
    /// <param name="text">The entry.</param>
    /// <param name="fault">What is wrong, with the right form, where it could not be read.</param>
    public static OriginPattern? Parse(string text, out string fault)
    {
        fault = "";
        if (text == Any)
            return new OriginPattern(Any, Any, Any);
        if (text.Equals(Null, StringComparison.OrdinalIgnoreCase))
            return new OriginPattern(Null, "", "");
        var shown = LogValue.OneLine(text);
        if (Form().Match(text) is not { Success: true } parts)
        {
            fault = SchemeLess().IsMatch(text)
                ? $"'{shown}' has no scheme; write https://{text} or http://{text}"
                : $"'{shown}' is not an origin; {Example}";
            return null;
        }

        var (scheme, port) = (parts.Groups["scheme"].Value.ToLowerInvariant(), parts.Groups["port"].Value);
        var isWeb = scheme is "http" or "https";
        var host = HostOf(parts.Groups["host"].Value, isWeb);
        if (host is null || (host.Length == 0 && isWeb) || port is "0" || (port.Length > 0 && port != Any && int.Parse(port, CultureInfo.InvariantCulture) > IPEndPoint.MaxPort))
            fault = $"'{shown}' is not an origin; {Example}";
        else if (parts.Groups["rest"].Value is not ("" or "/"))
            fault = $"'{shown}' has more than an origin has, so no page would ever match it; write {text[..^parts.Groups["rest"].Length]}";
        else
            return new OriginPattern(scheme, host, (scheme, port) is ("http", "80") or ("https", "443") ? "" : port is "" && host == Any ? Any : port);
        return null;
    }

    /// <summary>Whether a browser's <c>Origin</c> is one of these.</summary>
    public bool Matches(string origin) =>
        Scheme == Any || (Scheme == Null ? origin == Null : Form().Match(origin) is { Success: true } parts
            && parts.Groups["scheme"].Value.Equals(Scheme, StringComparison.OrdinalIgnoreCase)
            && MatchesHost(parts.Groups["host"].Value)
            && (Port == Any || parts.Groups["port"].Value == Port)
            && parts.Groups["rest"].Length == 0);

    /// <summary>Whether a server of this host and port, reached by the pattern's scheme, would be of such an origin. A <c>*</c> alone names no host.</summary>
    /// <param name="host">As in a <c>Host</c> header.</param>
    public bool NamesHost(string host) => Host is not (Any or "") && Matches($"{Scheme}://{host}");

    /// <inheritdoc/>
    public override string ToString() => Scheme is Any or Null ? Scheme : $"{Scheme}://{Host}{(Port.Length == 0 ? "" : $":{Port}")}";

    private bool MatchesHost(string host) =>
        Host == Any
        || (Host.StartsWith("*.", StringComparison.Ordinal)
            ? host.Length > Host.Length - 1 && host.EndsWith(Host[1..], StringComparison.OrdinalIgnoreCase)
            : host.Equals(Host, StringComparison.OrdinalIgnoreCase));

    /// <summary>As browsers write it: small letters, other alphabets as <c>xn--</c>, the short form of an address; null where it is no host.</summary>
    private static string? HostOf(string host, bool isWeb)
    {
        if (host is "" or Any)
            return host;
        // What an app calls its own pages is its own matter.
        if (!isWeb)
            return host.Contains(Any, StringComparison.Ordinal) ? null : host.ToLowerInvariant();
        if (host.StartsWith('['))
            return IPAddress.TryParse(host, out var address) ? $"[{address}]" : null;
        var (prefix, name) = host.StartsWith("*.", StringComparison.Ordinal) ? ("*.", host[2..]) : ("", host);
        try
        {
            name = new IdnMapping().GetAscii(name).ToLowerInvariant();
        }
        catch (ArgumentException)
        {
            return null;
        }

        return HostName().IsMatch(name) ? prefix + name : null;
    }

    [GeneratedRegex(@"^(?<scheme>[A-Za-z][A-Za-z0-9+.\-]*)://(?<host>\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]\s]*)(?::(?<port>[0-9]{1,5}|\*))?(?<rest>(?:[/?#]\S*)?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();

    [GeneratedRegex(@"^(?:\*\.)?[A-Za-z0-9][A-Za-z0-9.\-]*(?::(?:[0-9]{1,5}|\*))?$", RegexOptions.CultureInvariant)]
    private static partial Regex SchemeLess();

    [GeneratedRegex(@"^[a-z0-9_](?:[a-z0-9._\-]*[a-z0-9_\-])?$", RegexOptions.CultureInvariant)]
    private static partial Regex HostName();
}
