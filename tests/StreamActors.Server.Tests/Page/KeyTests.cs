using Microsoft.Playwright;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>The page where the server answers to known keys only.</summary>
[Collection(PageTests.Name)]
public class KeyTests(Chromium chromium)
{
    [Fact]
    public async Task The_page_asks_for_a_key_says_that_one_is_wrong_and_keeps_the_right_one_in_its_tab_alone()
    {
        await using var scene = await PageScene.StartAsync([.. Keys.Required, Keys.Of("alice", "right-key")]);
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            var dialog = tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "API key" });
            await Expect(dialog).ToBeVisibleAsync();
            await Expect(dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("");
            await dialog.GetByLabel("Key", new() { Exact = true }).FillAsync("wrong-key");
            await tab.Page.Keyboard.PressAsync("Enter");
            await Expect(dialog.GetByRole(AriaRole.Alert)).ToHaveTextAsync("The server does not know this key.");

            await dialog.GetByLabel("Key", new() { Exact = true }).FillAsync("right-key");
            await tab.Page.Keyboard.PressAsync("Enter");
            await tab.LiveAsync();
            await Expect(dialog).ToBeHiddenAsync();
            await tab.SendAsync("hello");
            await (await scene.NextChatSaysAsync("Hi")).FinishAsync();
            await Tab.EndsAsync(tab.Turns(), "complete", "Complete");
            Assert.Contains(scene.Server.Log.All, line => line.Contains("owner=alice", StringComparison.Ordinal));

            await tab.Page.ReloadAsync();
            await tab.LiveAsync();
            Assert.DoesNotContain("right-key", await tab.Page.EvaluateAsync<string>("() => JSON.stringify(localStorage)"));
        });
        await chromium.VisitAsync(scene.Server.Address, tab => Expect(tab.Page.GetByRole(AriaRole.Dialog, new() { Name = "API key" })).ToBeVisibleAsync());
    }
}
