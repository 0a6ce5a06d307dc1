using System.Text;
using System.Text.RegularExpressions;

namespace StreamActors.Backends.Upstream;

/// <summary>What the model server speaks, and so what its address may end with.</summary>
internal enum UpstreamProtocol
{
    /// <summary>OpenAI's protocol, under a version path.</summary>
    OpenAi,
    /// <summary>Ollama's own, under the address itself.</summary>
    Ollama,
}

/// <summary>A model server's address as operators write it, taken apart.</summary>
/// <param name="Base">Scheme, host, port and path, with a slash at the end: what the paths of requests are relative to.</param>
/// <param name="Query">Goes with every request, with its question mark; empty: none.</param>
/// <param name="User">User and password as <c>Basic</c> sends them; null: none.</param>
internal sealed partial record UpstreamAddress(Uri Base, string Query, string? User)
{
    private const string VersionPath = "/v1";

    /// <summary>Reads an address without <see cref="Fault"/>. A whole endpoint stands for its base; a fragment is not sent.</summary>
    public static UpstreamAddress Of(Uri url, UpstreamProtocol protocol)
    {
        var path = url.AbsolutePath.TrimEnd('/');
        path = protocol == UpstreamProtocol.Ollama ? OllamaEnd().Replace(path, "") : path.Length == 0 ? VersionPath : OpenAiEnd().Replace(path, "");
        var address = new UriBuilder(url) { Path = $"{path}/", Query = "", Fragment = "", UserName = "", Password = "" }.Uri;
        return new UpstreamAddress(address, url.Query is "?" ? "" : url.Query, url.UserInfo.Length == 0 ? null : Basic(url.UserInfo));
    }

    /// <summary>What is wrong with an address, as the rest of a sentence that begins with the setting's name; null: nothing.</summary>
    public static string? Fault(Uri url, UpstreamProtocol protocol)
    {
        if (url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
            return null;
        if (url.OriginalString.AsSpan().Trim().ContainsAny(" \t\r\n"))
            return "has white space within";
        if (protocol == UpstreamProtocol.OpenAi && OllamasOwn().IsMatch(url.AbsolutePath))
            return "is an endpoint of Ollama's own protocol: set Type to Ollama, or give the address that ends with /v1";
        return null;
    }

    private static string Basic(string user) => Convert.ToBase64String(Encoding.UTF8.GetBytes(
        Uri.UnescapeDataString(user.Contains(':', StringComparison.Ordinal) ? user : user + ":")));

    /// <summary>The list of models is left out where it is not below a version: Azure's base address ends with <c>/models</c>.</summary>
    [GeneratedRegex("(/chat/completions|/completions|/embeddings|/responses|(?<=/v[0-9][^/]*|/openai)/models)$", RegexOptions.IgnoreCase)]
    private static partial Regex OpenAiEnd();

    [GeneratedRegex("(/v1(/chat/completions|/completions|/embeddings|/models)?|/api(/(chat|generate|tags|show|ps|embed|embeddings|version))?)$", RegexOptions.IgnoreCase)]
    private static partial Regex OllamaEnd();

    [GeneratedRegex("/api/(chat|generate|tags|show|ps)/*$", RegexOptions.IgnoreCase)]
    private static partial Regex OllamasOwn();
}
