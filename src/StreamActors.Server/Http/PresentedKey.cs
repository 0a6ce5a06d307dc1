using Microsoft.Extensions.Primitives;

namespace StreamActors.Server.Http;

/// <summary>
/// What a request carries in the place of a key. Clients with an empty key field send the header all the same, so an empty one counts as
/// none. Besides <c>Authorization: Bearer KEY</c> there are the headers of two vendors' clients, which know no other.
/// </summary>
/// <param name="Key">The key; null: none was sent, or it cannot be read.</param>
/// <param name="Fault">Why it cannot be read, for the caller; null: it can, or none was sent.</param>
internal sealed record PresentedKey(string? Key, string? Fault = null)
{
    private const string Scheme = "Bearer";
    private const string SendIt = "send 'Authorization: Bearer KEY'";
    private static readonly PresentedKey None = new(Key: null);

    /// <summary>Clients of Azure and of Anthropic.</summary>
    private static readonly string[] OtherHeaders = ["x-api-key", "api-key"];

    /// <summary>Neither a key nor what was meant for one.</summary>
    public bool IsNone => Key is null && Fault is null;

    /// <summary>What a request's headers carry.</summary>
    public static PresentedKey Of(IHeaderDictionary headers)
    {
        var presented = OfAuthorization(headers.Authorization);
        for (var i = 0; presented.IsNone && i < OtherHeaders.Length; i++)
            presented = OfPlain(headers[OtherHeaders[i]]);
        return presented;
    }

    /// <summary>What an <c>Authorization</c> header carries.</summary>
    public static PresentedKey OfAuthorization(StringValues header)
    {
        if (header.Count > 1)
            return new PresentedKey(Key: null, $"The Authorization header was sent more than once; {SendIt} once.");
        var text = header.ToString().Trim();
        if (text.Length == 0 || text.Equals(Scheme, StringComparison.OrdinalIgnoreCase))
            return None;
        return text.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase) && char.IsWhiteSpace(text[Scheme.Length])
            ? new PresentedKey(text[Scheme.Length..].Trim())
            : new PresentedKey(Key: null, $"The Authorization header does not begin with the word Bearer; {SendIt}.");
    }

    /// <summary>What looks wrong with a key that is not known; null: nothing does.</summary>
    public static string? Advice(string key) => key switch
    {
        _ when key.StartsWith(Scheme + " ", StringComparison.OrdinalIgnoreCase) => "It begins with the word Bearer a second time; give the client the key alone.",
        ['"' or '\'' or '<', ..] or [.., '"' or '\'' or '>'] => "It was sent in quotes or brackets; send it without.",
        _ when key.Any(char.IsWhiteSpace) => "It has a space inside.",
        _ => null,
    };

    private static PresentedKey OfPlain(StringValues header)
    {
        if (header.Count > 1)
            return new PresentedKey(Key: null, "The API key was sent more than once.");
        var key = header.ToString().Trim();
        return key.Length == 0 ? None : new PresentedKey(key);
    }
}
