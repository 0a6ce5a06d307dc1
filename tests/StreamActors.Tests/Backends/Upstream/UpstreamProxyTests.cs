using System.Net;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends.Upstream;

/// <summary>Which addresses a proxy is not asked for: this machine's, and those that <c>no_proxy</c> lists in any of its forms.</summary>
public class UpstreamProxyTests
{
    private static readonly WebProxy Company = new(new Uri("http://proxy.example:3128"));

    [Theory]
    // this machine, whatever the list says
    [InlineData(null, "http://127.0.0.1:8000", true)]
    [InlineData(null, "http://127.8.9.1", true)]
    [InlineData(null, "http://localhost", true)]
    [InlineData(null, "http://LOCALHOST:1", true)]
    [InlineData(null, "http://localhost.", true)]
    [InlineData(null, "http://models.localhost", true)]
    [InlineData(null, "http://[::1]:1", true)]
    [InlineData(null, "http://[::ffff:127.0.0.1]:1", true)]
    [InlineData(null, "http://0.0.0.0:11434", true)]
    [InlineData(null, "http://localhost.example", false)]
    [InlineData(null, "http://127.0.0.1.example", false)]
    // everything
    [InlineData("*", "https://api.example", true)]
    [InlineData(" * ", "http://10.1.2.3", true)]
    [InlineData("a.example,*", "https://b.example", true)]
    // names
    [InlineData("api.example", "https://api.example", true)]
    [InlineData("API.Example", "https://api.example", true)]
    [InlineData("api.example", "https://v2.api.example", true)]
    [InlineData(".api.example", "https://v2.api.example", true)]
    [InlineData(".api.example", "https://api.example", true)]
    [InlineData("*.api.example", "https://v2.api.example", true)]
    [InlineData("api.example.", "https://api.example", true)]
    [InlineData("api.example", "https://api.example.", true)]
    [InlineData("api.example", "https://my-api.example", false)]
    [InlineData("api.example", "https://example", false)]
    [InlineData("ample", "https://api.example", false)]
    // lists
    [InlineData("one.example, api.example", "https://api.example", true)]
    [InlineData("one.example api.example", "https://api.example", true)]
    [InlineData("one.example,,api.example,", "https://api.example", true)]
    [InlineData("", "https://api.example", false)]
    [InlineData(",", "https://api.example", false)]
    [InlineData(".", "https://api.example", false)]
    // addresses and networks
    [InlineData("10.1.2.3", "http://10.1.2.3", true)]
    [InlineData("10.1.2.3", "http://10.1.2.30", false)]
    [InlineData("10.0.0.0/8", "http://10.1.2.3", true)]
    [InlineData("10.9.9.9/8", "http://10.1.2.3", true)]
    [InlineData("192.168.0.0/16,10.0.0.0/8", "http://10.1.2.3:8080", true)]
    [InlineData("10.0.0.0/8", "http://11.1.2.3", false)]
    [InlineData("10.0.0.0/33", "http://10.1.2.3", false)]
    [InlineData("10.0.0.0/x", "http://10.1.2.3", false)]
    [InlineData("0.0.0.0/0", "http://10.1.2.3", true)]
    [InlineData("10.0.0.0/8", "http://models.example", false)]
    [InlineData("2.3", "http://10.1.2.3", false)]
    [InlineData("fd00::1", "http://[fd00::1]:1", true)]
    [InlineData("[fd00::1]", "http://[fd00::1]:1", true)]
    [InlineData("fd00::/8", "http://[fd12::1]", true)]
    [InlineData("fd00::/8", "http://[fe80::1]", false)]
    // with a port
    [InlineData("api.example:8080", "http://api.example:8080", true)]
    [InlineData("api.example:8080", "http://api.example", false)]
    [InlineData("api.example:443", "https://api.example", true)]
    [InlineData("10.1.2.3:8080", "http://10.1.2.3:8080", true)]
    [InlineData("10.1.2.3:8080", "http://10.1.2.3:8081", false)]
    [InlineData("[fd00::1]:8080", "http://[fd00::1]:8080", true)]
    [InlineData("[fd00::1]:8080", "http://[fd00::1]:1", false)]
    public void Is_not_asked(string? list, string url, bool expected)
    {
        var proxy = new UpstreamProxy(Company, list);

        Assert.Equal((expected, !expected), (proxy.IsBypassed(new Uri(url)), proxy.IsUsedFor(new Uri(url))));
    }

    [Fact]
    public void Without_a_proxy_in_the_environment_none_is_asked() => Assert.False(new UpstreamProxy(new WebProxy(), null).IsUsedFor(new Uri("https://api.example")));
}
