using Microsoft.Playwright;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Page;

/// <summary>The tests of the page share one browser and run one after the other, beside nothing else.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class PageTests : ICollectionFixture<Chromium>
{
    public const string Name = "page";
}

/// <summary>This machine's Chromium, without a window.</summary>
public sealed class Chromium : IAsyncLifetime
{
    /// <summary>A name of this machine for the browser alone; unlike a loopback address it is no secure context.</summary>
    public const string OtherHost = "chat.test";

    private const string Program = "/usr/bin/chromium";

    private static readonly string[] Quiet =
    [
        "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
        "--disable-component-update", "--disable-sync", $"--host-resolver-rules=MAP {OtherHost} 127.0.0.1",
    ];

    private IPlaywright _playwright = null!;
    private IBrowser _browser = null!;

    /// <summary>Where pictures go.</summary>
    public static string Pictures { get; } = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "tests", "page")).FullName;

    public async Task InitializeAsync()
    {
        _playwright = await Playwright.CreateAsync();
        _browser = await _playwright.Chromium.LaunchAsync(new() { ExecutablePath = Program, Args = Quiet, Timeout = 60_000 });
    }

    public async Task DisposeAsync()
    {
        await _browser.CloseAsync();
        _playwright.Dispose();
    }

    /// <summary>
    /// Opens the page as a visitor whom nobody knows, does something there, and fails where the page has a fault in its scripts, breaks
    /// its own policy or asks anybody but its server. Of a visit that fails a picture is left. A visit may be
    /// one to a page whose faults are the matter, or begin before all of it is there.
    /// </summary>
    public async Task VisitAsync(
        Uri server, Func<Tab, Task> visit, ColorScheme colours = ColorScheme.Light, int width = 1440, int height = 900,
        bool scripts = true, bool faulty = false, bool unfinished = false)
    {
        await using var context = await _browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = height },
            ColorScheme = colours,
            ReducedMotion = ReducedMotion.Reduce,
            JavaScriptEnabled = scripts,
            IgnoreHTTPSErrors = true,
        });
        context.SetDefaultTimeout(15_000);
        var tab = new Tab(await context.NewPageAsync(), server);
        try
        {
            await tab.OpenAsync(unfinished);
            await visit(tab);
        }
        catch (Exception failure)
        {
            await tab.PictureAsync("failed");
            throw new InvalidOperationException($"{failure.Message}\nFaults of the page: {string.Join("; ", tab.Faults)}", failure);
        }

        if (!faulty)
            Assert.Empty(tab.Faults);
    }
}
