using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What a browser does for a page of a configured origin, and for one whose name was made to point here.</summary>
public class OtherPagesTests
{
    [Fact]
    public async Task A_configured_page_may_ask_first_and_read_the_answer()
    {
        await using var server = await TestServer.StartAsync(("Server:AllowedOrigins:0", "https://chat.example"));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/chat/completions");
        preflight.Headers.Add("Origin", "https://chat.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,x-session-id");
        using var read = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        read.Headers.Add("Origin", "https://chat.example");

        using var allowed = await server.Http.SendAsync(preflight);
        using var answer = await server.Http.SendAsync(read);

        Assert.Equal("https://chat.example", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("authorization", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.Equal("https://chat.example", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("X-Trace-Id", string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    [Theory]
    [InlineData("*", "https://anybody.example")]
    [InlineData("null", "null")]
    [InlineData("https://chat.example/", "https://chat.example")]
    [InlineData("http://localhost:*", "http://localhost:5173")]
    [InlineData("app://obsidian.md", "app://obsidian.md")]
    public async Task What_the_browser_is_told_first_holds_for_the_request_and_for_its_refusal(string entry, string origin)
    {
        await using var server = await TestServer.StartAsync(("Server:AllowedOrigins", entry));

        foreach (var (method, path, status) in new[] { ("OPTIONS", "/v1/chat/completions", 204), ("GET", "/v1/models", 200), ("POST", "/v1/chat/completions", 400) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add("Origin", origin);
            if (method == "OPTIONS")
                request.Headers.Add("Access-Control-Request-Method", "POST");
            using var answer = await server.Http.SendAsync(request);
            Assert.Equal(status, (int)answer.StatusCode);
            Assert.Equal(origin, Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
            if (method == "POST")
                Assert.Contains("*", string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")).Split(','));
        }
    }

    [Theory]
    [InlineData("*", 1)]
    [InlineData("https://*", 1)]
    [InlineData("null", 1)]
    [InlineData("https://chat.example", 0)]
    public async Task That_pages_of_everybody_may_call_without_a_key_is_a_warning(string entry, int warnings)
    {
        await using var server = await TestServer.StartAsync(("Server:AllowedOrigins", entry));
        await using var keyed = await TestServer.StartAsync(("Server:AllowedOrigins", entry), ("Auth:Mode", "Required"), Keys.Of("a", "k"));

        Assert.Equal(warnings, server.Log.Of("origins_open").Count());
        Assert.Empty(keyed.Log.Of("origins_open"));
    }

    [Theory]
    [InlineData("GET", "/v1/board", "no-cors", 403)]
    [InlineData("GET", "/v1/sessions", "no-cors", 403)]
    [InlineData("GET", "/api/tags", "navigate", 403)]
    [InlineData("POST", "/v1/chat/completions", "navigate", 403)]
    [InlineData("GET", "/metrics", "no-cors", 403)]
    [InlineData("GET", "/openapi", "no-cors", 403)]
    [InlineData("GET", "/openapi", "navigate", 200)]
    [InlineData("GET", "/", "navigate", 200)]
    public async Task What_another_sites_page_asks_for_without_an_origin_is_refused_but_its_links_to_pages_work(string method, string path, string mode, int status)
    {
        await using var server = await TestServer.StartAsync();
        foreach (var (site, expected) in new[] { ("cross-site", status), ("same-origin", 0), ("none", 0) })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            request.Headers.Add("Sec-Fetch-Site", site);
            request.Headers.Add("Sec-Fetch-Mode", mode);
            using var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            if (expected > 0)
                Assert.Equal(expected, (int)answer.StatusCode);
            else
                Assert.NotEqual(403, (int)answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("/v1/models", 200)]
    [InlineData("/v1/sessions", 200)]
    [InlineData("/v1/nothing", 404)]
    [InlineData("/api/tags", 200)]
    [InlineData("/v1/board", 200)]
    public async Task What_the_API_says_is_stored_nowhere_and_taken_for_nothing_else(string path, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var answer = await server.Http.GetAsync(path, HttpCompletionOption.ResponseHeadersRead);

        Assert.Equal(status, (int)answer.StatusCode);
        Assert.True(answer.Headers.CacheControl?.NoStore);
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
    }

    [Fact]
    public async Task While_keys_are_optional_a_foreign_name_for_this_machine_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var read = new HttpRequestMessage(HttpMethod.Get, "/v1/sessions");
        read.Headers.Host = $"evil.example:{server.Address.Port}";

        using var answer = await server.Http.SendAsync(read);

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Contains("host_not_allowed", await answer.Content.ReadAsStringAsync());
    }
}
