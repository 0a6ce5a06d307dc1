using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>What streams in one of two tabs of one browser: each has sessions of its own.</summary>
[Collection(PageTests.Name)]
public class TabStreamsTests(Chromium chromium)
{
    [Fact]
    public async Task Both_stream_at_once_in_one_conversation_and_neither_takes_the_others_place()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            var two = await one.AnotherAsync();
            await one.SendAsync("left");
            var left = await scene.NextChatSaysAsync("L1");
            await two.SendAsync("right");
            var right = await scene.NextChatSaysAsync("R1");
            await Tab.EndsAsync(one.Turns().First, "streaming", "Streaming …");
            await Tab.EndsAsync(one.Turns().Last, "streaming", "Streaming in another tab …");
            await Tab.EndsAsync(two.Turns().First, "streaming", "Streaming in another tab …");
            await Expect(one.Page.Locator(".lanes .where")).ToHaveTextAsync("in another tab");
            await one.PictureAsync("two-tabs");

            await left.EventAsync(Chunks.Content(" L2"));
            await right.EventAsync(Chunks.Content(" R2"));
            await left.FinishAsync();
            await right.FinishAsync();

            foreach (var tab in new[] { one, two })
            {
                await Tab.EndsAsync(tab.Turns().First, "complete", "Complete");
                await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
                await Tab.SaysAsync(tab.Turns().First, "L1 L2");
                await Tab.SaysAsync(tab.Turns().Last, "R1 R2");
            }

            Assert.Equal(2, Sessions(scene).Distinct().Count());
            Assert.Empty(scene.Server.Log.Of("stream_cancelled"));
        });
    }

    [Fact]
    public async Task A_duplicated_tab_has_a_session_of_its_own()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            await one.SendAsync("left");
            var left = await scene.NextChatSaysAsync("L");
            await Tab.SaysAsync(one.Turns(), "L");
            var copy = await one.DuplicateAsync();
            await copy.SendAsync("right");
            await (await scene.NextChatSaysAsync("R")).FinishAsync();
            await Tab.EndsAsync(copy.Turns().Last, "complete", "Complete");
            await Tab.EndsAsync(one.Turns().First, "streaming", "Streaming");
            await left.FinishAsync();
            await Tab.EndsAsync(one.Turns().First, "complete", "Complete");

            Assert.Equal(2, Sessions(scene).Distinct().Count());
        });
    }

    [Fact]
    public async Task Where_the_browser_has_no_connection_left_a_prompt_and_a_stop_still_get_through()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            var two = await one.AnotherAsync();
            // Six to a server, for all tabs: two watch the board, four stream.
            var calls = new List<UpstreamCall>();
            foreach (var (tab, card) in new[] { (one, 0), (one, 1), (two, 0), (two, 1) })
            {
                await tab.SendAsync("long", card);
                calls.Add(await scene.NextChatSaysAsync("Once"));
            }

            await one.SendAsync("instead");
            var instead = await scene.NextChatSaysAsync("Four");
            await calls[0].Closed.WaitAsync(TimeSpan.FromSeconds(5));
            await Tab.EndsAsync(one.Turns().Nth(0), "stopped", "Stopped: this page closed the connection");
            await two.Card(1).Locator(".stop").ClickAsync();
            await calls[3].Closed.WaitAsync(TimeSpan.FromSeconds(15));
            await Tab.EndsAsync(two.Turns(1).Last, "stopped", "Stopped");
            await instead.FinishAsync();
            await Tab.EndsAsync(one.Turns().Last, "complete", "Complete");
            Assert.False(calls[1].HasClosed || calls[2].HasClosed);
        });
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task When_a_tab_goes_or_crashes_its_answer_says_so_in_the_other_one_whose_own_goes_on(bool crashes)
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async one =>
        {
            await one.LiveAsync();
            var two = await one.AnotherAsync();
            await two.SendAsync("lost");
            await scene.NextChatSaysAsync("half");
            await Tab.SaysAsync(two.Turns(), "half");
            await Tab.SaysAsync(one.Turns(), "half");
            await one.SendAsync("kept");
            var kept = await scene.NextChatSaysAsync("whole");

            if (crashes)
                await CrashAsync(two);
            else
                await two.Page.CloseAsync();

            await Tab.EndsAsync(one.Turns().First, "cut", "this page was closed or reloaded");
            await Tab.SaysAsync(one.Turns().First, "half");
            await kept.FinishAsync();
            await Tab.EndsAsync(one.Turns().Last, "complete", "Complete");
        });
    }

    private static IEnumerable<string> Sessions(PageScene scene) =>
        scene.Server.Log.Of("stream_accepted").Select(line => line.Split(" session=")[1].Split(' ')[0]);

    /// <summary>Its process is gone, and none of its scripts hears of it.</summary>
    private static async Task CrashAsync(Tab tab)
    {
        var crashed = new TaskCompletionSource();
        tab.Page.Crash += (_, _) => crashed.TrySetResult();
        var session = await tab.Page.Context.NewCDPSessionAsync(tab.Page);
        // It is never answered.
        _ = session.SendAsync("Page.crash");
        await crashed.Task.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
