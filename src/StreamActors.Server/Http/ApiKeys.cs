using System.Security.Cryptography;
using System.Text;

namespace StreamActors.Server.Http;

/// <summary>
/// Knows callers by their keys. A presented key is hashed and compared with every configured hash in constant time, so the
/// time says nothing about any key.
/// </summary>
public sealed class ApiKeys
{
    private static readonly byte[] DevKey = SHA256.HashData("devkey"u8);

    private readonly List<(Caller Caller, byte[] Hash)> _keys;
    private readonly bool _optional;

    /// <param name="options">The configured keys.</param>
    public ApiKeys(AuthOptions options)
    {
        _optional = options.Mode == AuthMode.Optional;
        _keys = [.. options.Keys.Select(k => (new Caller(k.Key), Convert.FromHexString(k.Value.Sha256!)))];
        if (_optional)
            _keys.Add((Caller.Local, DevKey));
    }

    /// <summary>Whether a configured key is the one that everybody knows.</summary>
    public static bool IsDevKey(ApiKeyOptions key) =>
        Convert.ToHexString(DevKey).Equals(key.Sha256, StringComparison.OrdinalIgnoreCase);

    /// <summary>Who sent this <c>Authorization</c> header; null: nobody known.</summary>
    public Caller? Identify(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization))
            return _optional ? Caller.Local : null;
        const string scheme = "Bearer ";
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(authorization[scheme.Length..].Trim()));
        Caller? found = null;
        foreach (var (caller, expected) in _keys)
        {
            if (CryptographicOperations.FixedTimeEquals(hash, expected))
                found = caller;
        }

        return found;
    }
}
