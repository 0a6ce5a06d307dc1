using Microsoft.AspNetCore.Http;
using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>What stands between the page and its server, and what the page says of it.</summary>
[Collection(PageTests.Name)]
public class ProxyTests(Chromium chromium)
{
    public static TheoryData<string, string> Shapes => new()
    {
        { "404", "The calls of this page do not reach the server (404). Whatever shows this page must pass on everything below http://127.0.0.1:" },
        { "405", "The calls of this page do not reach the server (405)." },
        { "502", "A proxy before the server answers 502: it does not reach the server. Start the server, or correct its address" },
        { "503", "A proxy before the server answers 503" },
        { "504", "A proxy before the server answers 504" },
        { "401", "A proxy before the server refuses calls (401). Sign in there and reload the page" },
        { "403", "A proxy before the server refuses calls (403)." },
        { "418", "A proxy before the server answered 418." },
        { "200", "Something other than the server answered. Whatever shows this page must pass on everything below" },
        { "302", "A proxy before the server redirects this page’s calls. Your sign-in there may have expired: reload the page." },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Calls_that_something_else_answers_are_told_with_what_to_do(string answered, string said)
    {
        await using var server = await TestServer.StartAsync();
        await using var proxy = await PathProxy.StartAsync(server.Address, new()
        {
            Instead = async (context, path) =>
            {
                if (!path.StartsWith("/v1/", StringComparison.Ordinal))
                    return false;
                context.Response.StatusCode = int.Parse(answered, System.Globalization.CultureInfo.InvariantCulture);
                context.Response.ContentType = "text/html";
                context.Response.Headers.Location = answered == "302" ? "/sign-in" : default;
                await context.Response.WriteAsync("<html><h1>Something else</h1></html>");
                return true;
            },
        });
        await chromium.VisitAsync(proxy.Address, async tab =>
        {
            await Expect(tab.Page.Locator("#notices")).ToContainTextAsync(said);
            await Expect(tab.Page.Locator("#state")).ToHaveAttributeAsync("data-live", "false");
            await Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
            await tab.SendAsync("hello");
            await Tab.EndsAsync(tab.Turns(), "failed", said.Split(" Whatever")[0].Split(" Start")[0]);
            await tab.PictureAsync($"proxy-{answered}");
        });
    }

    [Fact]
    public async Task A_host_that_the_server_does_not_answer_to_is_told_with_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        await using var proxy = await PathProxy.StartAsync(server.Address, new() { Host = "chat.example" });
        await chromium.VisitAsync(proxy.Address, tab => Expect(tab.Page.Locator("#notices")).ToContainTextAsync(
            $"or call it by 127.0.0.1. The address of this page is {proxy.Address.ToString().TrimEnd('/')}."));
    }

    [Fact]
    public async Task An_origin_that_the_server_does_not_know_is_told_with_what_to_do()
    {
        await using var server = await TestServer.StartAsync();
        await using var proxy = await PathProxy.StartAsync(server.Address, new() { Withheld = ["Sec-Fetch-Site"] });
        await chromium.VisitAsync(proxy.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("hello");
            var origin = proxy.Address.ToString().TrimEnd('/');
            await Tab.EndsAsync(tab.Turns(), "failed", $"This page is at {origin}, but the server is not told. Let the proxy send X-Forwarded-Host and X-Forwarded-Proto");
            await Expect(tab.Turns()).ToContainTextAsync($"add {origin} to Server:AllowedOrigins");
        });
    }

    [Fact]
    public async Task A_board_that_is_cut_says_so_comes_back_and_names_the_proxy_where_it_is_cut_again_and_again()
    {
        await using var scene = await PageScene.StartAsync();
        var feeds = new System.Collections.Concurrent.ConcurrentQueue<HttpContext>();
        await using var proxy = await PathProxy.StartAsync(scene.Server.Address, new()
        {
            Change = context =>
            {
                if (context.Request.Path == "/v1/board")
                    feeds.Enqueue(context);
            },
        });
        await chromium.VisitAsync(proxy.Address, async tab =>
        {
            for (var i = 0; i < 3; i++)
            {
                await tab.LiveAsync();
                await Expect(tab.Page.Locator("#notices .notice")).ToHaveCountAsync(0);
                await tab.Page.EvaluateAsync(
                    "() => { window.said = []; new MutationObserver(() => said.push(document.getElementById('state').textContent)).observe(document.getElementById('state'), { childList: true, subtree: true, characterData: true }) }");
                Assert.True(feeds.TryDequeue(out var feed));
                feed.Abort();
                await Eventually.HoldsAsync(async () => Assert.Contains("The connection was cut; trying again", await tab.Page.EvaluateAsync<string[]>("() => said")));
            }

            await tab.LiveAsync();
            await Expect(tab.Page.Locator("#notices")).ToContainTextAsync("The connection of the board is cut again and again. A proxy ends answers that take long");
        });
    }

    [Fact]
    public async Task A_proxy_that_holds_back_what_the_server_sends_is_told()
    {
        await using var scene = await PageScene.StartAsync();
        var holds = true;
        await using var proxy = await PathProxy.StartAsync(scene.Server.Address, new() { HoldBack = response => Volatile.Read(ref holds) && response.ContentType == "text/event-stream" });
        await chromium.VisitAsync(proxy.Address, async tab =>
        {
            await tab.Page.Clock.InstallAsync();
            await tab.Page.ReloadAsync();
            await Expect(tab.Card(0)).ToBeVisibleAsync();
            await tab.Page.Clock.FastForwardAsync(10_000);
            await Expect(tab.Page.Locator("#notices")).ToContainTextAsync("The board gets nothing from the server. A proxy may hold back what the server sends: switch its buffering off");

            Volatile.Write(ref holds, false);
            await tab.Page.Clock.FastForwardAsync(10_000);
            await tab.LiveAsync();
            await Expect(tab.Page.Locator("#notices .notice")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_hidden_tab_leaves_its_connection_to_others_and_is_live_again_when_it_is_seen()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.Page.Clock.InstallAsync();
            await ShowAsync(tab, hidden: true);
            await tab.Page.Clock.FastForwardAsync(5_000);
            await Expect(tab.Page.Locator("#state")).ToHaveTextAsync("Paused while this tab is hidden");

            await ShowAsync(tab, hidden: false);
            await tab.LiveAsync();
        });
    }

    /// <summary>A browser without a window hides no tab: the page is told that it is.</summary>
    private static Task ShowAsync(Tab tab, bool hidden) => tab.Page.EvaluateAsync(
        "hidden => { Object.defineProperty(document, 'hidden', { configurable: true, get: () => hidden }); document.dispatchEvent(new Event('visibilitychange')) }", hidden);
}
