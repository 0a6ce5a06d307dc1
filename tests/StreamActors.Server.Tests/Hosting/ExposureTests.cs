using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>Nobody gets to listen for others without having said who may call.</summary>
public class ExposureTests
{
    private static readonly (string, string)[] RequiredKey = [("Auth:Mode", "Required"), ("Auth:Keys:a:Sha256", new string('a', 64))];

    [Theory]
    [InlineData("http://0.0.0.0:8000")]
    [InlineData("http://[::]:8000")]
    [InlineData("http://*:8000")]
    [InlineData("http://+:8000")]
    [InlineData("http://192.168.1.2:8000")]
    [InlineData("http://[fe80::1]:8000")]
    [InlineData("http://[::ffff:0.0.0.0]:8000")]
    [InlineData("http://0:8000")]
    [InlineData("http://example.com:8000")]
    [InlineData("http://localhost.evil.example:8000")]
    [InlineData("http://localhost.:8000")]
    [InlineData("http://127.0.0.1:8000;http://0.0.0.0:8001")]
    public void Without_required_keys_the_server_listens_on_loopback_only(string urls)
    {
        Assert.Contains("set Auth:Mode to Required", Assert.Single(Faults(("Server:Urls", urls))));
        Assert.Empty(Faults([("Server:Urls", urls), .. RequiredKey]));
        if (!urls.Contains(';'))
        {
            Assert.StartsWith("Kestrel:Endpoints:Any:Url: ", Assert.Single(Faults(("Kestrel:Endpoints:Any:Url", urls))));
            Assert.Contains("Auth:Mode", Assert.Single(Faults([.. TestCertificate.Endpoint(urls.Replace("http:", "https:"))])));
            Assert.Empty(Faults([.. TestCertificate.Endpoint(urls.Replace("http:", "https:")), .. RequiredKey]));
        }
    }

    [Fact]
    public void Endpoints_of_kestrel_take_the_place_of_the_plain_addresses()
    {
        Assert.Empty(Faults([("Server:Urls", "http://0.0.0.0:8000"), .. TestCertificate.Endpoint()]));
        Assert.Single(Faults([.. TestCertificate.Endpoint(), ("Kestrel:Endpoints:Second:Url", "http://0.0.0.0:8000")]));
    }

    [Fact]
    public void The_key_that_everybody_knows_is_refused_where_others_can_call()
    {
        (string, string)[] settings = [("Auth:Mode", "Required"), Keys.Of("a", "devkey")];

        Assert.Contains("'devkey'", Assert.Single(Faults([("Server:Urls", "http://0.0.0.0:8000"), .. settings])));
        Assert.Contains("'devkey'", Assert.Single(Faults([.. TestCertificate.Endpoint("https://0.0.0.0:8000"), .. settings])));
        Assert.Empty(Faults([("Server:Urls", "http://127.0.0.1:8000"), .. settings]));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("Local")]
    public void A_key_may_not_have_the_name_of_the_callers_without_one(string name) =>
        Assert.Contains($"Auth:Keys:{name}", Assert.Single(Faults(Keys.Of(name, "a"))));

    [Fact]
    public void Two_names_may_not_have_one_key() =>
        Assert.Equal("Auth:Keys: a and b are the same key", Assert.Single(Faults(Keys.Of("a", "k"), ("Auth:Keys:b:Sha256", Keys.Hash("k").ToUpperInvariant()))));

    [Fact]
    public void Required_keys_without_a_key_are_a_fault() =>
        Assert.Contains("./run.sh key NAME", Assert.Single(Faults(("Auth:Mode", "Required"))));

    [Theory]
    [InlineData("http://127.0.0.1:8000")]
    [InlineData("http://127.9.9.9:0")]
    [InlineData("http://localhost:8000")]
    [InlineData("http://LOCALHOST:8000")]
    [InlineData("http://[::1]:8000;http://127.0.0.1:8000")]
    public void On_loopback_keys_may_be_optional(string urls) => Assert.Empty(Faults(("Server:Urls", urls)));

    /// <summary>Those with a name before the @ look like loopback, and Kestrel would listen everywhere.</summary>
    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("8000")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("https://127.0.0.1:8000")]
    [InlineData("http://127.0.0.1:8000/base")]
    [InlineData("http://127.0.0.1:99999")]
    [InlineData("http://127.0.0.1:-1")]
    [InlineData("http://127.0.0.1:8000?x")]
    [InlineData("http://127.0.0.1:8000#x")]
    [InlineData("http://x@127.0.0.1:8000")]
    [InlineData("http://localhost@0.0.0.0:8000")]
    [InlineData("http://localhost:0")]
    [InlineData("http://unix:/tmp/streamactors.sock")]
    [InlineData("http://pipe:/streamactors")]
    [InlineData("ftp://127.0.0.1:8000")]
    public void An_address_must_be_one(string urls)
    {
        Assert.NotEmpty(Faults([("Server:Urls", urls), .. RequiredKey]));
        Assert.NotEmpty(Faults([("Kestrel:Endpoints:One:Url", urls), .. RequiredKey]));
    }

    [Fact]
    public void An_endpoint_needs_an_address() =>
        Assert.StartsWith("Kestrel:Endpoints:One:Url: '' is not an address", Assert.Single(Faults(("Kestrel:Endpoints:One:Protocols", "Http1"))));

    [Fact]
    public void Https_needs_a_certificate() =>
        Assert.Contains("Kestrel:Certificates:Default", Assert.Single(Faults(("Server:Urls", "https://127.0.0.1:8000"))));

    [Theory]
    [InlineData("Kestrel:Endpoints:Https:Protocols", "Http1AndHttp2")]
    [InlineData("Kestrel:Endpoints:Https:Sni:a.example:Protocols", "Http2")]
    [InlineData("Kestrel:EndpointDefaults:Protocols", "Http1AndHttp2AndHttp3")]
    public void Protocols_in_which_a_cut_is_not_seen_by_all_are_refused(string setting, string protocols) =>
        Assert.StartsWith($"{setting}: ", Assert.Single(Faults([.. TestCertificate.Endpoint(), (setting, protocols)])));

    private static IReadOnlyList<string> Faults(params (string Key, string Value)[] settings) => SettingsTests.FaultsOf(settings);
}
