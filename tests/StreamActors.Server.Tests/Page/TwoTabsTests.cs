using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>Two tabs of one browser: one history.</summary>
[Collection(PageTests.Name)]
public class TwoTabsTests(Chromium chromium)
{
    [Fact]
    public async Task Turns_of_both_are_in_both_in_the_order_in_which_they_were_asked_and_after_a_reload_too()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            var two = await one.AnotherAsync();
            Tab[] tabs = [one, two];
            for (var i = 0; i < 6; i++)
            {
                await tabs[i % 2].SendAsync($"prompt {i}");
                await (await scene.NextChatSaysAsync($"answer {i}")).FinishAsync();
                await Tab.EndsAsync(tabs[i % 2].Turns().Nth(i), "complete", "Complete");
                await Tab.EndsAsync(tabs[1 - (i % 2)].Turns().Nth(i), "complete", "Complete");
            }

            await AllSayAsync(tabs, 6);
            await one.Page.ReloadAsync();
            await two.Page.ReloadAsync();
            await AllSayAsync(tabs, 6);
            Assert.Empty(two.Faults);
        });
    }

    [Fact]
    public async Task What_the_other_tab_has_been_told_is_known_to_the_next_prompt_and_what_it_is_still_being_told_is_not()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            var two = await one.AnotherAsync();
            await one.SendAsync("known");
            await (await scene.NextChatSaysAsync("told")).FinishAsync();
            await one.SendAsync("unknown");
            await scene.NextChatSaysAsync("half");
            await Tab.EndsAsync(two.Turns().Last, "streaming", "Streaming in another tab …");

            await two.SendAsync("and?");
            var call = await scene.NextChatAsync();
            Assert.Contains("told", call.Body, StringComparison.Ordinal);
            Assert.DoesNotContain("half", call.Body, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task Of_eighty_prompts_sent_by_four_tabs_at_the_same_time_none_is_lost()
    {
        const int tabs = 4, each = 20;
        await using var server = await TestServer.StartAsync();
        await chromium.VisitAsync(server.Address, async first =>
        {
            await first.LiveAsync();
            var all = new List<Tab> { first };
            while (all.Count < tabs)
                all.Add(await first.AnotherAsync());
            await Task.WhenAll(all.Select(async (tab, t) =>
            {
                for (var i = 0; i < each; i++)
                    await tab.SendAsync($"tab {t} prompt {i} end");
                await Expect(tab.Card(0).Locator(".stop")).ToBeDisabledAsync(new() { Timeout = 60_000 });
            }));

            await first.Page.ReloadAsync();
            foreach (var tab in all)
            {
                await Expect(tab.Turns()).ToHaveCountAsync(tabs * each);
                var prompts = await tab.Turns().Locator(".prompt").AllTextContentsAsync();
                Assert.Equal(tabs * each, prompts.Distinct().Count());
                await Expect(tab.Page.Locator(".turn[data-state=streaming], .turn[data-state=waiting]")).ToHaveCountAsync(0);
            }
        });
    }

    [Fact]
    public async Task A_session_that_one_tab_opens_names_or_closes_is_so_in_the_other()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            var two = await one.AnotherAsync();
            await Expect(two.Cards).ToHaveCountAsync(2);

            await one.Page.Locator("#add-session").ClickAsync();
            await Expect(two.Cards).ToHaveCountAsync(3);
            await one.Card(2).Locator(".name").FillAsync("Rivers");
            await one.Page.Keyboard.PressAsync("Tab");
            await Expect(two.Card(2).Locator(".name")).ToHaveValueAsync("Rivers");

            await two.Card(2).Locator(".remove").ClickAsync();
            await Expect(one.Cards).ToHaveCountAsync(2);
            await one.Page.Locator(".closed .undo").ClickAsync();
            await Expect(two.Cards).ToHaveCountAsync(3);
            await Expect(two.Page.Locator(".closed li")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task Conversations_of_the_page_before_it_knew_of_tabs_are_still_there()
    {
        const string old = """
            [{"id":"page-0123456789ab","name":"Old one","model":"m","turns":[
              {"prompt":"asked","text":"answered","thought":"","trace":"t1","ending":{"state":"complete","text":"Complete"},"note":"","at":5},
              {"prompt":"cut","text":"half","thought":"","trace":null,"ending":null,"note":"","at":6}]}]
            """;
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.Page.EvaluateAsync("old => { localStorage.clear(); localStorage.setItem('streamactors.conversations', old) }", old);
            await tab.Page.ReloadAsync();

            await Expect(tab.Card(0).Locator(".name")).ToHaveValueAsync("Old one");
            await Tab.EndsAsync(tab.Turns().First, "complete", "Complete");
            await Tab.EndsAsync(tab.Turns().Last, "cut", "closed or reloaded");
            Assert.False(await tab.Page.EvaluateAsync<bool>("() => 'streamactors.conversations' in localStorage"));
        });
    }

    private static async Task AllSayAsync(Tab[] tabs, int turns)
    {
        foreach (var tab in tabs)
        {
            await Expect(tab.Turns().Locator(".prompt")).ToHaveTextAsync([.. Enumerable.Range(0, turns).Select(i => $"prompt {i}")]);
            await Expect(tab.Turns().Locator(".text")).ToHaveTextAsync([.. Enumerable.Range(0, turns).Select(i => $"answer {i}")]);
        }
    }
}
