using StreamActors.Server.Http;
using StreamActors.Server.Tests.Hosting;

namespace StreamActors.Server.Tests.Http;

/// <summary>What may stand in <c>Server:AllowedOrigins</c>, and which pages it means.</summary>
public class OriginPatternTests
{
    [Theory]
    [InlineData("http://localhost:3000", "http://localhost:3000")]
    [InlineData("http://localhost:3000/", "http://localhost:3000")]
    [InlineData("HTTP://Localhost:3000", "http://localhost:3000")]
    [InlineData("https://chat.example", "https://chat.example")]
    [InlineData("https://chat.example:443", "https://chat.example")]
    [InlineData("http://chat.example:80/", "http://chat.example")]
    [InlineData("https://Chat.Example:8443", "https://chat.example:8443")]
    [InlineData("https://bücher.example", "https://xn--bcher-kva.example")]
    [InlineData("http://[::1]:3000", "http://[::1]:3000")]
    [InlineData("http://[0:0:0:0:0:0:0:1]:3000", "http://[::1]:3000")]
    [InlineData("http://192.168.1.2:8080", "http://192.168.1.2:8080")]
    [InlineData("http://my_host:3000", "http://my_host:3000")]
    [InlineData("app://obsidian.md", "app://obsidian.md")]
    [InlineData("app://.", "app://.")]
    [InlineData("tauri://localhost", "tauri://localhost")]
    [InlineData("capacitor://localhost", "capacitor://localhost")]
    [InlineData("ionic://localhost", "ionic://localhost")]
    [InlineData("vscode-webview://1a2b3c", "vscode-webview://1a2b3c")]
    [InlineData("vscode-file://vscode-app", "vscode-file://vscode-app")]
    [InlineData("chrome-extension://abcdefghijklmnop", "chrome-extension://abcdefghijklmnop")]
    [InlineData("moz-extension://1b1f4f8a-3f4f-4f4f-8f8f-123456789abc", "moz-extension://1b1f4f8a-3f4f-4f4f-8f8f-123456789abc")]
    [InlineData("safari-web-extension://1B1F", "safari-web-extension://1b1f")]
    [InlineData("file://", "file://")]
    [InlineData("null", "null")]
    [InlineData("NULL", "null")]
    public void An_origin_is_meant_however_it_was_copied(string entry, string sent)
    {
        Assert.Empty(Faults(entry));
        Assert.True(Allows(entry, sent));
        Assert.False(Allows(entry, $"{sent}x"));
        Assert.False(Allows(entry, "https://evil.example"));
    }

    [Theory]
    [InlineData("*", "https://a.example", "http://localhost:1", "null", "app://x", "file://")]
    [InlineData("http://localhost:*", "http://localhost", "http://localhost:3000", "http://localhost:65535")]
    [InlineData("http://127.0.0.1:*/", "http://127.0.0.1:5173")]
    [InlineData("https://*.example.org", "https://a.example.org", "https://a.b.example.org")]
    [InlineData("https://*.example.org:*", "https://a.example.org:8443", "https://a.example.org")]
    [InlineData("https://*", "https://a.example", "https://a.example:8443")]
    [InlineData("http://*:3000", "http://a.example:3000", "http://localhost:3000")]
    [InlineData("chrome-extension://*", "chrome-extension://abc")]
    [InlineData("app://*", "app://obsidian.md", "app://x")]
    public void A_star_stands_for_a_port_a_hosts_first_part_or_a_host(string entry, params string[] origins)
    {
        Assert.Empty(Faults(entry));
        Assert.All(origins, origin => Assert.True(Allows(entry, origin), origin));
    }

    [Theory]
    [InlineData("http://localhost:*", "https://localhost:3000", "http://localhost.evil.example:3000", "http://evil.example", "null", "http://localhost:3000@evil.example", "http://localhost:3000/x")]
    [InlineData("https://*.example.org", "https://example.org", "https://.example.org", "https://evilexample.org", "http://a.example.org", "https://a.example.org:8443", "https://a.example.org.evil.example")]
    [InlineData("https://*", "http://a.example", "null", "file://")]
    [InlineData("http://*:3000", "http://a.example:3001", "http://a.example")]
    [InlineData("chrome-extension://*", "https://abc", "null")]
    [InlineData("null", "https://null", "http://localhost", "")]
    [InlineData("file://", "https://a.example", "null")]
    [InlineData("https://chat.example", "https://chat.example:444", "https://chat.example.", "https://chat.example/", "https://chat.example, https://evil.example")]
    public void And_for_nothing_else(string entry, params string[] origins) => Assert.All(origins, origin => Assert.False(Allows(entry, origin), origin));

    [Theory]
    [InlineData("localhost:3000", "'localhost:3000' has no scheme; write https://localhost:3000 or http://localhost:3000")]
    [InlineData("localhost", "'localhost' has no scheme; write https://localhost or http://localhost")]
    [InlineData("chat.example", "'chat.example' has no scheme; write https://chat.example")]
    [InlineData("*.chat.example", "'*.chat.example' has no scheme; write https://*.chat.example")]
    [InlineData("127.0.0.1:*", "'127.0.0.1:*' has no scheme")]
    [InlineData("https://chat.example/app", "'https://chat.example/app' has more than an origin has, so no page would ever match it; write https://chat.example")]
    [InlineData("https://chat.example/?x=1", "has more than an origin has, so no page would ever match it; write https://chat.example")]
    [InlineData("https://chat.example#x", "has more than an origin has")]
    [InlineData("http://localhost:*/*", "has more than an origin has, so no page would ever match it; write http://localhost:*")]
    [InlineData("https://me@chat.example", "is not an origin")]
    [InlineData("https://", "is not an origin")]
    [InlineData("https://:3000", "is not an origin")]
    [InlineData("https://chat.example:99999", "is not an origin")]
    [InlineData("https://chat.example:0", "is not an origin")]
    [InlineData("https://chat.example:port", "is not an origin")]
    [InlineData("https://chat*.example", "is not an origin")]
    [InlineData("https://a.*.example", "is not an origin")]
    [InlineData("*://chat.example", "is not an origin")]
    [InlineData("https//chat.example", "is not an origin")]
    [InlineData("https:/chat.example", "is not an origin")]
    [InlineData("//chat.example", "is not an origin")]
    [InlineData("http://a.example http://b.example", "is not an origin")]
    [InlineData("http://a.example;http://b.example", "is not an origin")]
    [InlineData("\"http://a.example\"", "is not an origin")]
    [InlineData("https://[::g]", "is not an origin")]
    [InlineData("about:blank", "is not an origin")]
    [InlineData("app://*.md", "is not an origin")]
    [InlineData("**", "is not an origin")]
    [InlineData("<all_urls>", "is not an origin")]
    public void What_could_never_match_stops_the_start_with_the_right_form(string entry, string says)
    {
        var fault = Assert.Single(Faults(entry));

        Assert.StartsWith("Server:AllowedOrigins: '", fault);
        Assert.Contains(says, fault);
        if (fault.Contains("; write ", StringComparison.Ordinal))
            Assert.All(fault.Split("; write ")[1].Split(" or "), form => Assert.Empty(Faults(form)));
    }

    [Fact]
    public void Each_entry_that_is_wrong_is_listed() => Assert.Equal(2, SettingsTests.FaultsOf(
        ("Server:AllowedOrigins:0", "a.example"), ("Server:AllowedOrigins:1", "https://b.example"), ("Server:AllowedOrigins:2", "")).Count);

    [Theory]
    [InlineData("https://chat.example", "chat.example", true)]
    [InlineData("https://chat.example", "chat.example:8000", false)]
    [InlineData("http://chat.example:8000", "chat.example:8000", true)]
    [InlineData("https://*.example", "chat.example", true)]
    [InlineData("http://chat.example:*", "chat.example:8000", true)]
    [InlineData("*", "chat.example", false)]
    [InlineData("https://*", "chat.example", false)]
    [InlineData("null", "chat.example", false)]
    [InlineData("file://", "chat.example", false)]
    public void A_hosts_name_is_one_of_theirs_only_where_it_is_named(string entry, string host, bool named) =>
        Assert.Equal(named, new AllowedOrigins([entry]).NamesHost(host));

    private static IReadOnlyList<string> Faults(string entry) => SettingsTests.FaultsOf(("Server:AllowedOrigins:0", entry));

    private static bool Allows(string entry, string origin) => new AllowedOrigins([entry]).Allows(origin);
}
