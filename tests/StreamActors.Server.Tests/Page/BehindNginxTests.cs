using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Nginx;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>The page behind the real nginx: over TLS and HTTP/2, at the root and under a path.</summary>
[Collection(PageTests.Name)]
public class BehindNginxTests(Chromium chromium)
{
    public static TheoryData<string> Ways => [.. NginxWay.All.Where(way => way.More is null or "").Select(way => way.Name)];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_page_is_live_chats_and_shows_a_takeover_and_a_stop(string name)
    {
        var way = NginxWay.All.Single(way => way.Name == name);
        await using var scene = await PageScene.StartAsync();
        var (port, server) = (NginxProcess.FreePort(), scene.Server.Address);
        await using var nginx = await NginxProcess.StartAsync(
            [port], way.More is { } more ? DebianSettings.DefaultSite(port, server, more) : DebianSettings.ShippedSite(port, NginxProcess.FreePort(), server));
        await chromium.VisitAsync(new Uri($"https://127.0.0.1:{port}{way.Path}/"), async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("first");
            var old = await scene.NextChatSaysAsync("Once upon");
            await Tab.SaysAsync(tab.Turns(), "Once upon");

            await tab.SendAsync("second");
            await Tab.EndsAsync(tab.Turns().First, "superseded", "Superseded by your newer prompt, proven over in");
            await old.Closed.WaitAsync(TimeSpan.FromSeconds(5));
            var newer = await scene.NextChatSaysAsync("Four");
            await Tab.SaysAsync(tab.Turns().Last, "Four");
            await newer.FinishAsync();
            await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");

            await tab.SendAsync("third");
            var third = await scene.NextChatSaysAsync("Five");
            await Tab.SaysAsync(tab.Turns().Last, "Five");
            await tab.Card(0).Locator(".stop").ClickAsync();
            await Tab.EndsAsync(tab.Turns().Last, "stopped", "Stopped by you, proven over in");
            await third.Closed.WaitAsync(TimeSpan.FromSeconds(5));

            await tab.SendAsync("fourth");
            await (await scene.NextChatSaysAsync("Half")).CloseAsync();
            await Tab.EndsAsync(tab.Turns().Last, "failed", "Failed: the model’s answer broke off");
            await Expect(tab.Page.Locator("#state")).ToHaveTextAsync("Live");
        });
        Assert.All(nginx.AccessLog, line => Assert.Contains(" HTTP/2.0\" ", line));
    }
}
