using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>
/// Knows callers by their keys. A presented key is hashed and compared with every configured hash in constant time, so the
/// time says nothing about any key.
/// </summary>
public sealed class ApiKeys
{
    private static readonly byte[] DevKey = Hash("devkey");

    private readonly List<(Caller Caller, byte[] Hash)> _keys;
    private readonly bool _optional;
    private readonly HashComparison _areEqual;

    /// <param name="options">The configured keys.</param>
    public ApiKeys(AuthOptions options)
        : this(options, CryptographicOperations.FixedTimeEquals)
    {
    }

    /// <param name="options">The configured keys.</param>
    /// <param name="areEqual">Compares two hashes.</param>
    internal ApiKeys(AuthOptions options, HashComparison areEqual)
    {
        (_optional, _areEqual) = (options.Mode == AuthMode.Optional, areEqual);
        _keys = [.. options.Keys.Select(k => (new Caller(k.Key) { Limits = k.Value }, Convert.FromHexString(k.Value.Sha256!)))];
        if (_optional)
            _keys.Add((Caller.Local, DevKey));
    }

    internal delegate bool HashComparison(ReadOnlySpan<byte> presented, ReadOnlySpan<byte> configured);

    /// <summary>What compares two hashes.</summary>
    internal MethodInfo Comparison => _areEqual.Method;

    /// <summary>Whether a configured key is the one that everybody knows.</summary>
    public static bool IsDevKey(ApiKeyOptions key) =>
        Convert.ToHexString(DevKey).Equals(key.Sha256, StringComparison.OrdinalIgnoreCase);

    /// <summary>What is configured of a key.</summary>
    public static byte[] Hash(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));

    /// <summary>Who sent this <c>Authorization</c> header; null: nobody known.</summary>
    public Caller? Identify(string? authorization)
    {
        if (string.IsNullOrEmpty(authorization))
            return _optional ? Caller.Local : null;
        const string scheme = "Bearer ";
        if (!authorization.StartsWith(scheme, StringComparison.OrdinalIgnoreCase))
            return null;
        var key = authorization[scheme.Length..].Trim();
        var hash = Hash(key);
        Caller? found = null;
        foreach (var (caller, expected) in _keys)
        {
            if (_areEqual(hash, expected))
                found = caller;
        }

        return found is null || found == Caller.Local ? found : found with { Key = new CallerKey(key) };
    }
}
