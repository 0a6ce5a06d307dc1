using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>The page without a mouse.</summary>
[Collection(PageTests.Name)]
public class KeyboardTests(Chromium chromium)
{
    [Fact]
    public async Task The_keyboard_alone_does_for_all_of_it()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            var keyboard = tab.Page.Keyboard;
            await tab.LiveAsync();
            await keyboard.PressAsync("Alt+KeyJ");
            await keyboard.TypeAsync("two");
            await keyboard.PressAsync("Shift+Enter");
            await keyboard.TypeAsync("lines");
            await keyboard.PressAsync("Enter");
            var call = await scene.NextChatSaysAsync("One");
            Assert.Equal(["m", "user: two\nlines"], ChatTests.Said(call));
            await Tab.SaysAsync(tab.Turns(), "One");
            await keyboard.PressAsync("Escape");
            await Tab.EndsAsync(tab.Turns(), "stopped", "Stopped by you");

            await keyboard.PressAsync("Alt+KeyN");
            await Expect(tab.Card(2).Locator("textarea")).ToBeFocusedAsync();
            await keyboard.PressAsync("Alt+KeyK");
            await Expect(tab.Card(1).Locator("textarea")).ToBeFocusedAsync();
            await keyboard.PressAsync("Shift+Tab");
            await keyboard.PressAsync("?");
            await Expect(tab.Page.Locator("dialog[open] kbd").First).ToBeVisibleAsync();
            await keyboard.PressAsync("Escape");
            await Expect(tab.Page.Locator("dialog[open]")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Every_control_is_reached_by_Tab_and_shows_that_it_is()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.Card(0).Locator("textarea").FillAsync("so that Send is enabled");
            const string controls = "a, button:enabled, input, select, textarea";
            var all = await tab.Page.EvaluateAsync<int>($"() => [...document.querySelectorAll('{controls}')].filter(e => !e.closest('dialog')).length");
            await tab.Page.EvaluateAsync("() => { document.activeElement.blur(); window.reached = new Set() }");
            for (var i = 0; i < all + 6; i++)
            {
                await tab.Page.Keyboard.PressAsync("Tab");
                await tab.Page.EvaluateAsync(
                    """
                    controls => {
                      const e = document.activeElement
                      if (e !== document.body && getComputedStyle(e).outlineStyle === 'none') throw new Error('no outline: ' + e.outerHTML)
                      if (e.matches(controls)) window.reached.add(e)
                    }
                    """,
                    controls);
            }

            Assert.Equal(all, await tab.Page.EvaluateAsync<int>("() => window.reached.size"));
        });
    }
}
