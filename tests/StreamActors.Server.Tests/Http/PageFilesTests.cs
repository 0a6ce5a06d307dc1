using System.Net.Http.Headers;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>The page's files as HTTP has them.</summary>
public class PageFilesTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Browser = "text/html,application/xhtml+xml,application/xml;q=0.9,image/webp,*/*;q=0.8";

    [Theory]
    [InlineData(Browser, "text/html")]
    [InlineData("text/html", "text/html")]
    [InlineData("text/plain;q=0.5, text/html", "text/html")]
    [InlineData("*/*", "text/plain")]
    [InlineData(null, "text/plain")]
    [InlineData("text/plain, text/html;q=0.5", "text/plain")]
    [InlineData("text/html;q=0", "text/plain")]
    [InlineData("nonsense;;q=x, ,", "text/plain")]
    public async Task The_root_is_the_page_for_who_would_rather_have_html_and_a_text_for_all_others(string? accept, string type)
    {
        using var answer = await GetAsync("/", accept);

        Assert.Equal((200, type), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
        Assert.Contains("StreamActors", await answer.Content.ReadAsStringAsync());
        Assert.Equal("Accept", Assert.Single(answer.Headers.Vary));
    }

    [Theory]
    [InlineData("/", "text/html")]
    [InlineData("/js/main.js", "text/javascript")]
    [InlineData("/css/base.css", "text/css")]
    [InlineData("/icon.svg", "image/svg+xml")]
    public async Task Each_file_has_its_type_its_policy_and_a_mark_by_which_it_is_not_sent_twice(string path, string type)
    {
        using var answer = await GetAsync(path, Browser);
        using var again = await GetAsync(path, Browser, answer.Headers.ETag);

        Assert.Equal(type, answer.Content.Headers.ContentType!.MediaType);
        Assert.Matches(
            "^default-src 'none'; script-src 'self' 'sha256-[^' ]{44}'; style-src 'self'; connect-src 'self'; img-src 'self' data:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'$",
            Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
        Assert.Equal("nosniff", Assert.Single(answer.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal("no-referrer", Assert.Single(answer.Headers.GetValues("Referrer-Policy")));
        Assert.Equal("no-cache", answer.Headers.CacheControl!.ToString());
        Assert.Equal(304, (int)again.StatusCode);
    }

    [Theory]
    [InlineData("/js/nothing.js")]
    [InlineData("/js/../../appsettings.json")]
    [InlineData("/js")]
    [InlineData("/openapi.json")]
    public async Task There_are_no_other_files(string path)
    {
        using var answer = await GetAsync(path, Browser);

        Assert.Equal(404, (int)answer.StatusCode);
        Assert.Contains("unknown_url", await answer.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task The_page_loads_without_a_key_where_keys_are_required()
    {
        await using var server = await TestServer.StartAsync([.. Keys.Required, Keys.Of("alice", "a-key")]);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Accept.ParseAdd(Browser);
        using var answer = await server.Http.SendAsync(request);

        Assert.Equal((200, "text/html"), ((int)answer.StatusCode, answer.Content.Headers.ContentType!.MediaType));
    }

    private async Task<HttpResponseMessage> GetAsync(string path, string? accept, EntityTagHeaderValue? known = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        if (accept is not null)
            request.Headers.TryAddWithoutValidation("Accept", accept);
        if (known is not null)
            request.Headers.IfNoneMatch.Add(known);
        return await both.Server.Http.SendAsync(request);
    }
}
