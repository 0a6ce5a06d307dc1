using Microsoft.AspNetCore.Http;
using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>Where the page cannot start it is not blank: it says why, and what to do.</summary>
[Collection(PageTests.Name)]
public class BootTests(Chromium chromium)
{
    private const string Advice = "A proxy that shows this page under a path must pass on everything below that path";

    public static TheoryData<string, string[]> Shapes => new()
    {
        { "no scripts at all", [Advice] },
        { "nothing but the page", [Advice] },
        { "js/main.js is not there", ["/js/main.js was answered with 404.", Advice] },
        { "js/store.js is not there", ["/js/store.js was answered with 404.", Advice] },
        { "js/dom.js fails", ["/js/dom.js was answered with 502.", Advice] },
        { "js/main.js is a web page", ["/js/main.js could not be loaded, or is not what it should be.", Advice] },
        { "js/main.js is broken", ["A script failed: Uncaught SyntaxError", Advice] },
        { "js/main.js is of another version", ["A script failed: Uncaught", Advice] },
        { "js/store.js never comes", ["Some of it has not arrived yet.", Advice] },
        { "scripts are forbidden", [Advice] },
        { "modules are forbidden", ["The policy that came with the page blocks", Advice] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task A_page_that_does_not_start_says_why(string shape, string[] said)
    {
        await using var server = await TestServer.StartAsync();
        await using var proxy = await PathProxy.StartAsync(server.Address, new() { Instead = (context, path) => InsteadAsync(shape, context, path), Change = context => Forbid(shape, context) });
        await chromium.VisitAsync(
            proxy.Address,
            async tab =>
            {
                foreach (var words in said)
                    await Expect(tab.Page.Locator("#boot")).ToContainTextAsync(words);
                await Expect(tab.Page.Locator("#boot .advice")).ToHaveCSSAsync("visibility", "visible");
                await tab.PictureAsync("boot-" + shape.Replace('/', '-').Replace(' ', '-'));
            },
            faulty: true,
            unfinished: true);
    }

    [Fact]
    public async Task Without_scripts_the_page_says_that_it_needs_them()
    {
        await using var server = await TestServer.StartAsync();
        await chromium.VisitAsync(
            server.Address,
            async tab =>
            {
                await Expect(tab.Page.Locator("noscript p")).ToContainTextAsync("This page needs JavaScript: allow it for this address.");
                await Expect(tab.Page.Locator("noscript p")).ToBeVisibleAsync();
                await Expect(tab.Page.Locator("#boot")).ToBeHiddenAsync();
            },
            scripts: false);
    }

    [Fact]
    public async Task A_page_that_starts_shows_none_of_it_meanwhile()
    {
        await using var server = await TestServer.StartAsync();
        var come = new TaskCompletionSource();
        await using var proxy = await PathProxy.StartAsync(server.Address, new()
        {
            Instead = async (_, path) =>
            {
                if (path == "/js/store.js")
                    await come.Task;
                return false;
            },
        });
        await chromium.VisitAsync(
            proxy.Address,
            async tab =>
            {
                await Expect(tab.Page.Locator("#boot")).ToContainTextAsync("Loading …");
                await Expect(tab.Page.Locator("#boot .advice")).ToHaveCSSAsync("visibility", "hidden");
                come.SetResult();
                await tab.LiveAsync();
                await Expect(tab.Page.Locator("#boot")).ToHaveCountAsync(0);
            },
            unfinished: true);
    }

    private static async Task<bool> InsteadAsync(string shape, HttpContext context, string path)
    {
        switch (shape, path)
        {
            case ("no scripts at all", _) when path.EndsWith(".js", StringComparison.Ordinal):
            case ("nothing but the page", not "/"):
            case ("js/main.js is not there", "/js/main.js"):
            case ("js/store.js is not there", "/js/store.js"):
                context.Response.StatusCode = 404;
                return true;
            case ("js/dom.js fails", "/js/dom.js"):
                context.Response.StatusCode = 502;
                return true;
            case ("js/main.js is a web page", "/js/main.js"):
                context.Response.ContentType = "text/html";
                await context.Response.WriteAsync("<h1>Welcome</h1>");
                return true;
            case ("js/main.js is broken", "/js/main.js"):
                context.Response.ContentType = "text/javascript";
                await context.Response.WriteAsync("import { cut } from './do");
                return true;
            case ("js/main.js is of another version", "/js/main.js"):
                context.Response.ContentType = "text/javascript";
                await context.Response.WriteAsync("import { renamed } from './dom.js'");
                return true;
            case ("js/store.js never comes", "/js/store.js"):
                await Task.Delay(Timeout.Infinite, context.RequestAborted).ContinueWith(_ => { }, TaskScheduler.Default);
                return true;
            default:
                return false;
        }
    }

    private static void Forbid(string shape, HttpContext context)
    {
        if (shape == "scripts are forbidden")
            context.Response.Headers.ContentSecurityPolicy = "script-src 'none'";
        if (shape == "modules are forbidden")
            context.Response.Headers.ContentSecurityPolicy = $"script-src {context.Request.Scheme}://{context.Request.Host}/js/boot.js";
    }
}
