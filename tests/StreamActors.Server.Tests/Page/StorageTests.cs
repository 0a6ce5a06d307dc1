using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>Where the browser keeps little, nothing, or has no secure context.</summary>
[Collection(PageTests.Name)]
public class StorageTests(Chromium chromium)
{
    private const string Fill =
        """
        keep => {
          const fill = size => { try { for (let i = 0; ; i++) localStorage.setItem(`other-${size}-${i}`, 'x'.repeat(size)) } catch { } }
          fill(500000); fill(10000); fill(100)
          if (keep) Object.keys(localStorage).filter(key => key.startsWith('other-100-')).slice(0, 3).forEach(key => localStorage.removeItem(key))
        }
        """;

    [Fact]
    public async Task A_full_storage_gives_up_the_oldest_turns_and_says_so()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await AskAsync(scene, tab, 0, "oldest", new string('a', 40_000));
            await AskAsync(scene, tab, 1, "older", "short");
            await tab.Page.EvaluateAsync(Fill, false);
            await AskAsync(scene, tab, 1, "newest", new string('b', 20_000));

            await Expect(tab.Page.Locator("#notices")).ToContainTextAsync("storage is full: the oldest prompt was removed");
            await tab.PictureAsync("storage-full");
            await tab.Page.ReloadAsync();
            await Expect(tab.Turns().Locator(".prompt")).ToHaveTextAsync(["older", "newest"]);
            await Tab.SaysAsync(tab.Turns().Last, new string('b', 20_000));
        });
    }

    [Fact]
    public async Task Where_nothing_can_be_given_up_the_page_says_what_will_be_gone_and_works_on()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.Page.EvaluateAsync(Fill, false);
            await AskAsync(scene, tab, 0, "only", "answer");

            await Expect(tab.Page.Locator("#notices")).ToContainTextAsync("This browser’s storage is full. What is said now is gone when the page is closed or reloaded.");
            await tab.Page.EvaluateAsync("() => Object.keys(localStorage).filter(key => key.startsWith('other')).forEach(key => localStorage.removeItem(key))");
            await AskAsync(scene, tab, 1, "next", "kept");
            await Expect(tab.Page.Locator("#notices .notice")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Where_storage_is_denied_the_page_works_and_says_that_nothing_is_kept()
    {
        await using var scene = await PageScene.StartAsync([.. Keys.Required, Keys.Of("alice", "right-key")]);
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            // A browser that is told to keep nothing denies all of these.
            await tab.Page.AddInitScriptAsync(
                """
                for (const name of ['localStorage', 'sessionStorage', 'indexedDB'])
                  Object.defineProperty(window, name, { get() { throw new DOMException('denied', 'SecurityError') } })
                window.BroadcastChannel = class { constructor() { throw new DOMException('denied', 'SecurityError') } }
                """);
            await tab.Page.ReloadAsync();
            await tab.Page.GetByLabel("Key", new() { Exact = true }).FillAsync("right-key");
            await tab.Page.Keyboard.PressAsync("Enter");
            await tab.LiveAsync();
            await AskAsync(scene, tab, 0, "hello", "answer");

            await Expect(tab.Page.Locator("#notices")).ToContainTextAsync("This browser keeps nothing for this page.");
        });
    }

    [Fact]
    public async Task Without_a_secure_context_two_tabs_share_one_history_as_well()
    {
        await using var scene = await PageScene.StartAsync();
        await using var proxy = await PathProxy.StartAsync(scene.Server.Address, new() { Withheld = ["Origin"] });
        await chromium.VisitAsync(new Uri($"http://{Chromium.OtherHost}:{proxy.Address.Port}/"), async one =>
        {
            await one.LiveAsync();
            Assert.False(await one.Page.EvaluateAsync<bool>("() => isSecureContext || 'locks' in navigator || 'randomUUID' in crypto"));
            var two = await one.DuplicateAsync();
            await AskAsync(scene, one, 0, "left", "L");
            await AskAsync(scene, two, 1, "right", "R");

            await Expect(one.Turns().Locator(".text")).ToHaveTextAsync(["L", "R"]);
            await one.Page.ReloadAsync();
            await Expect(one.Turns().Locator(".text")).ToHaveTextAsync(["L", "R"]);
        });
    }

    private static async Task AskAsync(PageScene scene, Tab tab, int place, string prompt, string answer)
    {
        await tab.SendAsync(prompt);
        var call = await scene.NextChatSaysAsync(answer);
        await call.FinishAsync();
        await Tab.EndsAsync(tab.Turns().Nth(place), "complete", "Complete");
    }
}
