using Microsoft.Playwright;
using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>How the page looks: dark and light, wide and narrow. Pictures stay in <c>artifacts/tests/page</c>.</summary>
[Collection(PageTests.Name)]
public class LookTests(Chromium chromium)
{
    private const double Readable = 4.5;

    [Fact]
    public async Task On_a_phone_nothing_is_wider_than_the_window()
    {
        await using var server = await DemoAsync();
        await chromium.VisitAsync(
            server.Address,
            async tab =>
            {
                await tab.LiveAsync();
                await tab.AssertFitsAsync();
                await tab.SendAsync("Write a long poem " + new string('x', 200));
                await Expect(tab.Turns().Locator(".text")).ToContainTextAsync("demo model");
                await tab.SendAsync("What is 2+2?");
                await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
                await tab.AssertFitsAsync();
                await tab.PictureAsync("phone", whole: true);
            },
            width: 360,
            height: 780);
    }

    [Theory]
    [InlineData(ColorScheme.Light, 1440)]
    [InlineData(ColorScheme.Dark, 1440)]
    [InlineData(ColorScheme.Light, 360)]
    [InlineData(ColorScheme.Dark, 360)]
    public async Task What_the_page_has_to_say_fits_and_covers_nothing(ColorScheme colours, int width)
    {
        await using var server = await DemoAsync();
        await using var proxy = await PathProxy.StartAsync(server.Address, new()
        {
            Instead = (context, path) =>
            {
                if (!path.StartsWith("/v1/board", StringComparison.Ordinal))
                    return Task.FromResult(false);
                context.Response.StatusCode = 502;
                return Task.FromResult(true);
            },
        });
        await chromium.VisitAsync(
            proxy.Address,
            async tab =>
            {
                await Expect(tab.Page.Locator("#notices")).ToContainTextAsync("answers 502");
                await tab.SendAsync("Write a long poem");
                await Expect(tab.Turns().Locator(".text")).ToContainTextAsync("demo model");
                await tab.Page.Locator("#add-session").ClickAsync();
                await tab.Card(0).Locator(".remove").ClickAsync();
                await tab.Card(0).Locator(".remove").ClickAsync();
                await Expect(tab.Page.Locator(".closed li")).ToHaveCountAsync(2);
                await tab.AssertFitsAsync();
                foreach (var button in await tab.Page.Locator(".notice button, .closed button").AllAsync())
                    await button.ClickAsync(new() { Trial = true });
                await tab.PictureAsync($"said-{colours}-{width}".ToLowerInvariant(), whole: true);
            },
            colours,
            width,
            height: 900);
    }

    [Theory]
    [InlineData(ColorScheme.Light, "light", "dark")]
    [InlineData(ColorScheme.Dark, "dark", "light")]
    public async Task The_colours_are_the_systems_until_one_switches_them_and_can_be_read_in_both(ColorScheme system, string first, string second)
    {
        await using var server = await DemoAsync();
        await chromium.VisitAsync(
            server.Address,
            async tab =>
            {
                await tab.LiveAsync();
                await Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("data-theme", first);
                await AssertReadableAsync(tab);
                await tab.SendAsync("Write a long poem");
                await Expect(tab.Turns().Locator(".text")).ToContainTextAsync("demo model");
                await tab.SendAsync("What is 2+2?");
                await tab.SendAsync("Write an essay", card: 1);
                await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
                await tab.PictureAsync(first == "dark" ? "dark" : "chats-light");

                await tab.Page.Locator("#theme").ClickAsync();
                await Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("data-theme", second);
                await tab.Page.ReloadAsync();
                await Expect(tab.Page.Locator("html")).ToHaveAttributeAsync("data-theme", second);
            },
            system);
    }

    /// <summary>Every text colour of the page on every ground it stands on, by WCAG's formula.</summary>
    private static async Task AssertReadableAsync(Tab tab)
    {
        string[] pairs =
        [
            "text/ground", "text/panel", "text/sunken", "quiet/ground", "quiet/panel", "quiet/sunken", "text/live-soft",
            "live/panel", "old/panel", "done/panel", "bad/panel", "off/panel", "done/done-soft", "bad/bad-soft", "old/old-soft", "live/live-soft", "on-live/live",
        ];
        foreach (var pair in pairs)
        {
            var ratio = await tab.Page.EvaluateAsync<double>(
                """
                pair => {
                  const style = getComputedStyle(document.documentElement)
                  const [a, b] = pair.split('/').map(name => style.getPropertyValue('--' + name).trim()).map(hex => {
                    const [r, g, b] = [1, 3, 5].map(i => parseInt(hex.slice(i, i + 2), 16) / 255).map(c => c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4)
                    return 0.2126 * r + 0.7152 * g + 0.0722 * b
                  }).sort((x, y) => y - x)
                  return (a + 0.05) / (b + 0.05)
                }
                """,
                pair);
            Assert.True(ratio >= Readable, $"{pair} has a contrast of {ratio:0.00}");
        }
    }

    private static Task<TestServer> DemoAsync() => TestServer.StartAsync(
        ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "60"), ("Server:DrainTimeout", "00:00:00"));
}
