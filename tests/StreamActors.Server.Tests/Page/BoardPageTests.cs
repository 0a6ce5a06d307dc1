using System.Globalization;
using Microsoft.Playwright;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>The board: what happened, drawn.</summary>
[Collection(PageTests.Name)]
public class BoardPageTests(Chromium chromium)
{
    [Fact]
    public async Task A_takeover_is_drawn_with_who_replaced_whom_and_how_long_the_proof_took()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("prompt A");
            await scene.NextChatSaysAsync("Once upon");
            await Expect(tab.Bars).ToHaveCountAsync(1);
            await Expect(tab.Bars.First).ToHaveClassAsync("stream streaming");

            await tab.SendAsync("prompt B");
            var newer = await scene.NextChatSaysAsync("Four");
            await Expect(tab.Bars).ToHaveCountAsync(2);
            await Expect(tab.Bars.First).ToHaveClassAsync("stream superseded");
            await Expect(tab.Page.Locator(".lanes .link")).ToHaveCountAsync(1);
            await Expect(tab.Page.Locator(".pair")).ToHaveTextAsync("“prompt A” gave way to “prompt B”");
            var took = TookMs(scene.Server);
            await Expect(tab.Page.Locator(".takeover .number")).ToHaveTextAsync(took.ToString(took < 100 ? "0.0" : "0", CultureInfo.InvariantCulture));
            await Expect(tab.Bars.First.Locator(".tail")).ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"over in {took} ms"));
            await Expect(tab.Page.Locator(".summary")).ToContainTextAsync("1 of 2 prompts superseded, 0 fenced off.");
            await Expect(tab.Page.Locator(".backends li")).ToHaveTextAsync("upreachable · 1 running");

            await newer.FinishAsync();
            await Expect(tab.Bars.Last).ToHaveClassAsync("stream completed");
            await Expect(tab.Page.Locator("svg.lanes")).ToHaveAttributeAsync("aria-label", "Chat 1: 2 prompts, 1 superseded, 1 completed, 0 streaming");
        });
    }

    [Fact]
    public async Task Another_callers_sessions_are_not_there_and_neither_are_its_figures()
    {
        await using var scene = await PageScene.StartAsync(Keys.Of("alice", "a-key"));
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            using var others = await scene.Server.PostAsKeyAsync("a-key", "secret", ServerWithUpstream.Chat());
            await scene.NextChatSaysAsync("Mine");
            await tab.SendAsync("mine");
            await scene.NextChatSaysAsync("Yours");

            await Expect(tab.Bars).ToHaveCountAsync(1);
            await Expect(tab.Page.Locator("#counts")).ToHaveTextAsync("1 session, 1 streaming");
            Assert.DoesNotContain("secret", await tab.Page.ContentAsync());
        });
    }

    [Fact]
    public async Task A_drained_server_is_not_said_to_be_stopping()
    {
        await using var server = await DemoAsync();
        await chromium.VisitAsync(server.Address, async tab =>
        {
            await tab.LiveAsync();
            await server.OperateAsync("drain on");
            await Expect(tab.Page.Locator("#state")).ToHaveTextAsync("No new prompts for now: the server drains");
            await server.OperateAsync("drain off");
            await tab.LiveAsync();
        });
    }

    [Fact]
    public async Task Show_me_shows_a_takeover()
    {
        await using var server = await DemoAsync();
        await chromium.VisitAsync(server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.PictureAsync("empty");
            await tab.Page.Locator("#show-me").ClickAsync();

            await Tab.EndsAsync(tab.Turns().First, "superseded", "Superseded by your newer prompt, proven over in");
            await Expect(tab.Page.Locator(".takeover .number")).ToBeVisibleAsync();
            await tab.PictureAsync("light");
            await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
            await Expect(tab.Page.Locator(".takeover .hint")).ToContainTextAsync("That was it");
        });
    }

    [Fact]
    public async Task In_a_storm_the_newest_lanes_are_drawn_and_the_others_counted()
    {
        const int sessions = 1000;
        await using var server = await DemoAsync();
        await chromium.VisitAsync(
            server.Address,
            async tab =>
            {
                await tab.LiveAsync();
                await Parallel.ForAsync(0, sessions, new ParallelOptions { MaxDegreeOfParallelism = 8 }, (i, _) => new ValueTask(AskAsync(server, $"quiet-{i}", 1)));
                await Task.WhenAll(Enumerable.Range(0, 7).Select(async agent =>
                {
                    for (var i = 0; i < 12; i++)
                    {
                        var answered = AskAsync(server, $"agent-{agent}", 2000);
                        await Task.Delay(60 + (20 * agent));
                        if (i == 11)
                            await StopAsync(server, $"agent-{agent}");
                        _ = answered;
                    }
                }));

                await Expect(tab.Page.Locator("#counts")).ToHaveTextAsync($"{sessions + 7:N0} sessions, 0 streaming");
                await Expect(tab.Page.Locator(".lane")).ToHaveCountAsync(7);
                await Expect(tab.Page.Locator(".more")).ToHaveTextAsync("and 1,000 more sessions");
                await Expect(tab.Page.Locator(".summary")).ToContainTextAsync($"77 of {sessions + 84:N0} prompts superseded, 0 fenced off.");
                await tab.PictureAsync("storm-dark");
                await tab.SendAsync("Still there?");
                await Tab.EndsAsync(tab.Turns(), "complete", "Complete");
            },
            ColorScheme.Dark);
    }

    /// <summary>As the log says it.</summary>
    private static double TookMs(TestServer server) => double.Parse(
        Assert.Single(server.Log.All, line => line.Contains("prev_stream_finished_cleanly", StringComparison.Ordinal)).Split("took_ms=")[1], CultureInfo.InvariantCulture);

    private static async Task AskAsync(TestServer server, string session, int tokens)
    {
        using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        message.Headers.Add("X-Session-Id", session);
        message.Content = new StringContent($$"""{"prompt":"Write a poem","stream":true,"max_tokens":{{tokens}}}""");
        try
        {
            using var answer = await server.Http.SendAsync(message);
        }
        catch (HttpRequestException)
        {
            // Superseded: cut.
        }
    }

    private static async Task StopAsync(TestServer server, string session) =>
        await server.StopAsync(await server.RunningAsync(session));

    private static Task<TestServer> DemoAsync() => TestServer.StartAsync(
        ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "60"), ("Server:DrainTimeout", "00:00:00"));
}
