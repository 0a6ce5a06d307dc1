using System.Globalization;
using System.Text.RegularExpressions;

namespace StreamActors.Backends.Upstream;

/// <summary>What the operator can mend where a model server refuses: its key, its address, its account.</summary>
internal static partial class RefusalCauses
{
    /// <summary>One sentence that names the setting; null: the refusal is its caller's affair, or passes by itself.</summary>
    public static string? Of(HttpClient http, HttpResponseMessage response, UpstreamErrorBody? said, bool callersKey)
    {
        var name = (http as UpstreamHttpClient)?.Name ?? "NAME";
        var (status, server) = ((int)response.StatusCode, $"The server at Backends:{name}:Url");
        switch (status)
        {
            case 401 or 403 when callersKey:
                return null;
            case 401 when http.DefaultRequestHeaders.Authorization is null:
                return $"{server} asks for a key (401): set Backends:{name}:ApiKey.";
            case 401 when http.DefaultRequestHeaders.Authorization.Scheme == "Basic":
                return $"{server} does not take the user and password in its address (401).";
            case 401:
                return $"{server} does not take Backends:{name}:ApiKey (401): is the key right, and still valid?";
            case 403:
                return $"{server} refuses this server (403{Code(said)}): see Backends:{name}:ApiKey.";
            case 402:
                return $"{server} wants to be paid (402{Code(said)}).";
            case 404 or 405 when said?.Message is not { } words || NoSuchPath().IsMatch(words):
                var path = response.RequestMessage?.RequestUri?.AbsolutePath;
                return string.Create(CultureInfo.InvariantCulture, $"{server} has no {path} ({status}): is the path in the address right?");
            default:
                return null;
        }
    }

    /// <summary>Its words may repeat a prompt; its code cannot.</summary>
    private static string Code(UpstreamErrorBody? said) => (said?.Code ?? said?.Type) is { } code && !code.Contains(' ', StringComparison.Ordinal) ? $", {code}" : "";

    /// <summary>How servers say that they have no such endpoint, as opposed to no such model.</summary>
    [GeneratedRegex(@"\A(?:(?:the requested url was |page |file |404:? ?)*(?:page )?not found\b[^']{0,40}|method not allowed|invalid url\b.*|cannot post\b.*|unknown (?:request )?url\b.*|unexpected endpoint.*)\z", RegexOptions.IgnoreCase)]
    private static partial Regex NoSuchPath();
}
