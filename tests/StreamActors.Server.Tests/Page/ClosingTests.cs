using Microsoft.Playwright;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>A session is closed, by mistake or not.</summary>
[Collection(PageTests.Name)]
public class ClosingTests(Chromium chromium)
{
    [Fact]
    public async Task An_undone_closing_leaves_the_session_whole_and_its_stream_unharmed()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.Card(0).Locator(".name").FillAsync("Rivers");
            await tab.SendAsync("first");
            await (await scene.NextChatSaysAsync("whole")).FinishAsync();
            await Tab.EndsAsync(tab.Turns(), "complete", "Complete");
            await tab.SendAsync("second");
            var call = await scene.NextChatSaysAsync("Once");
            await Tab.SaysAsync(tab.Turns().Last, "Once");

            await tab.Card(0).Locator(".remove").ClickAsync();
            await Expect(tab.Cards).ToHaveCountAsync(1);
            await Expect(tab.Page.Locator(".closed li span")).ToHaveTextAsync("“Rivers” is closed. Its answer goes on for 10 seconds and is then stopped.");
            await Expect(tab.Page.Locator("[aria-live=polite]")).ToContainTextAsync("“Rivers” is closed.");
            await call.EventAsync(Chunks.Content(" upon"));
            await tab.PictureAsync("closed");
            await tab.Page.Locator(".closed .undo").ClickAsync();

            await Expect(tab.Card(0).Locator(".name")).ToHaveValueAsync("Rivers");
            await call.EventAsync(Chunks.Content(" a time"));
            await call.FinishAsync();
            await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
            await Expect(tab.Turns().Locator(".text")).ToHaveTextAsync(["whole", "Once upon a time"]);
            await Expect(tab.Page.Locator(".closed li")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task It_is_closed_and_undone_by_the_keyboard_alone()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            var keyboard = tab.Page.Keyboard;
            await tab.Page.GetByRole(AriaRole.Button, new() { Name = "Close session Chat 1" }).FocusAsync();
            await keyboard.PressAsync("Enter");
            await Expect(tab.Page.GetByRole(AriaRole.Button, new() { Name = "Undo closing Chat 1" })).ToBeFocusedAsync();
            await keyboard.PressAsync("Enter");
            await Expect(tab.Cards).ToHaveCountAsync(2);
            await Expect(tab.Card(0).Locator("textarea")).ToBeFocusedAsync();

            await tab.Card(1).Locator(".remove").FocusAsync();
            await keyboard.PressAsync("Enter");
            await Expect(tab.Cards).ToHaveCountAsync(1);
            await keyboard.PressAsync("Alt+KeyZ");
            await Expect(tab.Card(1).Locator("textarea")).ToBeFocusedAsync();
        });
    }

    [Fact]
    public async Task The_answer_of_a_closed_session_is_stopped_after_a_while_and_an_undone_one_says_so()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.Page.Clock.InstallAsync();
            await tab.SendAsync("first");
            var call = await scene.NextChatSaysAsync("half");
            await Tab.SaysAsync(tab.Turns(), "half");
            await tab.Card(0).Locator(".remove").ClickAsync();
            await Expect(tab.Cards).ToHaveCountAsync(1);
            Assert.False(call.HasClosed);

            await tab.Page.Clock.FastForwardAsync(10_000);
            await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
            await Expect(tab.Page.Locator(".closed li span")).ToHaveTextAsync("“Chat 1” is closed.");
            await tab.Page.Locator(".closed .undo").ClickAsync();
            await Tab.EndsAsync(tab.Turns(), "stopped", "Stopped: the session was closed");
            await Tab.SaysAsync(tab.Turns(), "half");
        });
    }

    [Fact]
    public async Task What_is_thrown_away_while_its_answer_streams_is_kept_nowhere_whichever_tab_asked()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            var two = await one.AnotherAsync();
            foreach (var asks in new[] { two, one })
            {
                await asks.SendAsync("private");
                var call = await scene.NextChatSaysAsync("half");
                await Tab.SaysAsync(asks.Turns(), "half");
                var over = OverAsync(asks.Page);
                await one.Card(0).Locator(".remove").ClickAsync();
                await one.Page.Locator(".closed .forget").ClickAsync();

                await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
                await over.WaitAsync(TimeSpan.FromSeconds(5));
                await Expect(one.Page.Locator(".closed li")).ToHaveCountAsync(0);
                await Expect(two.Page.Locator(".closed li")).ToHaveCountAsync(0);
                Assert.DoesNotContain("private", await asks.Page.EvaluateAsync<string>("() => Object.values(localStorage).join()"));
            }
        });
    }

    [Fact]
    public async Task A_closed_session_can_be_opened_again_after_a_reload_for_an_hour()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            foreach (var prompt in new[] { "kept", "old" })
            {
                await tab.SendAsync(prompt);
                await (await scene.NextChatSaysAsync("answer")).FinishAsync();
                await Tab.EndsAsync(tab.Turns(), "complete", "Complete");
                await tab.Card(0).Locator(".remove").ClickAsync();
            }

            await tab.Page.EvaluateAsync(
                """
                () => Object.keys(localStorage).filter(key => key === 'streamactors.chat/second').forEach(key =>
                  localStorage.setItem(key, JSON.stringify({ ...JSON.parse(localStorage.getItem(key)), closed: Date.now() - 3601000 })))
                """);
            await tab.Page.ReloadAsync();

            await Expect(tab.Page.Locator(".closed li")).ToHaveCountAsync(1);
            Assert.DoesNotContain("\"old\"", await tab.Page.EvaluateAsync<string>("() => Object.values(localStorage).join()"));
            await tab.Page.Locator(".closed .undo").ClickAsync();
            await Expect(tab.Page.Locator(".turn .prompt")).ToHaveTextAsync("kept");
        });
    }

    /// <summary>Completes when the page has seen the end of an answer.</summary>
    private static Task OverAsync(IPage page)
    {
        var over = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        page.RequestFailed += (_, request) => Note(request);
        page.RequestFinished += (_, request) => Note(request);
        return over.Task;

        void Note(IRequest request)
        {
            if (request.Url.EndsWith("/v1/chat/completions", StringComparison.Ordinal))
                over.TrySetResult();
        }
    }
}
