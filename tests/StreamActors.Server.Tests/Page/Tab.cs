using System.Collections.Concurrent;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>The page in a tab, in a visitor's words.</summary>
public sealed class Tab
{
    private readonly ConcurrentQueue<string> _faults = new();
    private readonly Uri _server;

    public Tab(IPage page, Uri server)
    {
        (Page, _server) = (page, server);
        page.Console += (_, message) =>
        {
            // A refused or cut call is told there too, and is no fault of the page's.
            if (message.Type is "error" or "warning" && !message.Text.StartsWith("Failed to load resource", StringComparison.Ordinal))
                _faults.Enqueue(message.Text);
        };
        page.PageError += (_, error) => _faults.Enqueue(error);
        page.Request += (_, request) =>
        {
            if (!request.Url.StartsWith(server.ToString(), StringComparison.Ordinal) && !request.Url.StartsWith("data:", StringComparison.Ordinal))
                _faults.Enqueue($"asked {request.Url}");
        };
    }

    public IPage Page { get; }

    /// <summary>What the page did wrong so far.</summary>
    public IReadOnlyCollection<string> Faults => _faults;

    /// <summary>The cards of the sessions.</summary>
    public ILocator Cards => Page.Locator(".chat");

    /// <summary>The bars of the board.</summary>
    public ILocator Bars => Page.Locator(".lanes .stream");

    public async Task OpenAsync(bool unfinished = false) =>
        await Page.GotoAsync(_server.ToString(), new() { WaitUntil = unfinished ? WaitUntilState.Commit : WaitUntilState.Load });

    /// <summary>A second tab of the same browser, on the same page.</summary>
    public async Task<Tab> AnotherAsync()
    {
        var tab = new Tab(await Page.Context.NewPageAsync(), _server);
        await tab.OpenAsync();
        await tab.LiveAsync();
        return tab;
    }

    /// <summary>What the browser's menu calls "Duplicate": a new tab that begins with a copy of all this one keeps for itself.</summary>
    public async Task<Tab> DuplicateAsync()
    {
        var tab = new Tab(await Page.RunAndWaitForPopupAsync(() => Page.EvaluateAsync("() => void open(location.href)")), _server);
        await tab.LiveAsync();
        return tab;
    }

    /// <summary>Waits until the board's feed is there.</summary>
    public Task LiveAsync() => Expect(Page.Locator("#state")).ToHaveTextAsync("Live");

    /// <summary>One session's card, by its place.</summary>
    public ILocator Card(int place) => Cards.Nth(place);

    /// <summary>The turns of a session.</summary>
    public ILocator Turns(int card = 0) => Card(card).Locator(".turn");

    /// <summary>Types a prompt and sends it with Enter.</summary>
    public async Task SendAsync(string prompt, int card = 0)
    {
        await Card(card).Locator("textarea").FillAsync(prompt);
        await Page.Keyboard.PressAsync("Enter");
    }

    /// <summary>Waits until a turn is in that state and says so in its last line.</summary>
    public static async Task EndsAsync(ILocator turn, string state, string words)
    {
        await Expect(turn).ToHaveAttributeAsync("data-state", state);
        await Expect(turn.Locator(".ending")).ToContainTextAsync(words);
    }

    /// <summary>Waits until the answer of a turn is that very text.</summary>
    public static Task SaysAsync(ILocator turn, string text) => Expect(turn.Locator(".text")).ToHaveTextAsync(text, new() { UseInnerText = false });

    /// <summary>Keeps a picture of what is seen, or of the whole page.</summary>
    public Task PictureAsync(string name, bool whole = false) =>
        Page.ScreenshotAsync(new() { Path = Path.Combine(Chromium.Pictures, $"{name}.png"), FullPage = whole });

    /// <summary>Whether something is wider than the window.</summary>
    public async Task AssertFitsAsync()
    {
        Assert.Equal(0, await Page.EvaluateAsync<int>("() => document.documentElement.scrollWidth - window.innerWidth"));
        Assert.Empty(await Page.EvaluateAsync<string[]>(
            "() => [...document.querySelectorAll('main *:not(svg *)')].filter(e => e.getBoundingClientRect().right > innerWidth + 1).map(e => e.outerHTML.slice(0, 80))"));
    }
}
