using Microsoft.Extensions.Configuration;
using StreamActors.Server.Hosting;
using StreamActors.Server.Http.Proxies;

namespace StreamActors.Server.Tests.Http.Proxies;

/// <summary>What may stand in <c>Server:TrustedProxies</c>.</summary>
public class TrustedProxiesTests
{
    [Theory]
    [InlineData("10.0.0.7", "10.0.0.7/32")]
    [InlineData("10.0.0.0/8", "10.0.0.0/8")]
    [InlineData("0.0.0.0/0", "0.0.0.0/0")]
    [InlineData("10.1.2.3/8", "10.0.0.0/8")]
    [InlineData("::1", "::1/128")]
    [InlineData("2001:db8::/32", "2001:db8::/32")]
    public void An_address_or_a_network_is_taken(string entry, string network) =>
        Assert.Equal(network, Assert.Single(TrustedProxies.Parse([entry])).ToString());

    [Theory]
    [InlineData("10.0.0.0/33")]
    [InlineData("10.0.0.0/255.0.0.0")]
    [InlineData("7")]
    [InlineData("nginx")]
    [InlineData("*")]
    [InlineData("http://10.0.0.7")]
    [InlineData("nginx\nforged")]
    public void Anything_else_is_a_fault_of_the_settings(string entry)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("Server:TrustedProxies:0", (string?)entry)]).Build();

        var faults = Assert.Throws<SettingsException>(() => SettingsReader.Read(configuration)).Faults;

        Assert.StartsWith($"Server:TrustedProxies: '{entry.Replace("\n", "\\u{a}")}' is neither an address", Assert.Single(faults));
    }
}
