using System.Security.Cryptography;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>How a presented key is compared: by its hash, in constant time, with all of them.</summary>
public class ApiKeysTests
{
    private static readonly AuthOptions Three = new()
    {
        Mode = AuthMode.Required,
        Keys = new[] { "first", "second", "last" }.ToDictionary(name => name, name => new ApiKeyOptions { Sha256 = Keys.Hash(name) }),
    };

    [Theory]
    [InlineData("first", "first")]
    [InlineData("last", "last")]
    [InlineData("first ", "first")]
    [InlineData("unknown", null)]
    public void A_key_is_compared_with_every_configured_one_whichever_it_is(string key, string? owner)
    {
        var compared = new List<string>();
        var keys = new ApiKeys(Three, (presented, configured) =>
        {
            Assert.Equal((SHA256.HashSizeInBytes, SHA256.HashSizeInBytes), (presented.Length, configured.Length));
            compared.Add(Convert.ToHexStringLower(configured));
            return CryptographicOperations.FixedTimeEquals(presented, configured);
        });

        Assert.Equal(owner, keys.Identify($"Bearer {key}")?.Owner);
        Assert.Equal(Three.Keys.Values.Select(k => k.Sha256), compared);
    }

    [Fact]
    public void The_server_compares_in_constant_time() =>
        Assert.Equal(typeof(CryptographicOperations), new ApiKeys(Three).Comparison.DeclaringType);

    [Theory]
    [InlineData("first")]
    [InlineData("Basic first")]
    [InlineData("Bearerfirst")]
    [InlineData("Bearer first first")]
    [InlineData("Bearer first, Bearer second")]
    public void Nothing_else_than_one_bearer_token_is_a_key(string header) => Assert.Null(new ApiKeys(Three).Identify(header));

    [Fact]
    public void Whoever_prints_a_caller_prints_no_key()
    {
        var caller = new ApiKeys(Three).Identify("Bearer first")!;

        Assert.Equal("first", caller.Key!.Reveal());
        Assert.DoesNotContain("Key = first", caller.ToString());
        Assert.Contains("Key = (hidden)", caller.ToString());
    }
}
