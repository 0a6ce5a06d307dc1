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

    /// <summary>Who sent a request with this <c>Authorization</c> header; null: not known.</summary>
    public Caller? Identify(string? authorization) => Identify(PresentedKey.OfAuthorization(authorization));

    /// <summary>Who presents this; null: not known.</summary>
    internal Caller? Identify(PresentedKey presented)
    {
        if (presented.IsNone)
            return _optional ? Caller.Local : null;
        if (presented.Key is not { } key)
            return null;
        var found = Find(AsSent(key));
        if (found is null && !Ascii.IsValid(key))
            found = Find(Hash(key));
        if (found is null && _optional && Placeholder.IsKey(key))
            return Caller.Local;
        return found is null || found == Caller.Local ? found : found with { Key = new CallerKey(key) };
    }

    private Caller? Find(byte[] hash)
    {
        Caller? found = null;
        foreach (var (caller, expected) in _keys)
        {
            if (_areEqual(hash, expected))
                found = caller;
        }

        return found;
    }

    /// <summary>Headers are read as Latin-1, a character for each byte that was sent; a key is hashed as UTF-8, which most clients send.</summary>
    private static byte[] AsSent(string key) => SHA256.HashData(Encoding.Latin1.GetBytes(key));
}
