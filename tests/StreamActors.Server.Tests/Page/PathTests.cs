using StreamActors.Server.Tests.Support;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>The page where a proxy shows it: under a path, behind TLS, by another host's name.</summary>
[Collection(PageTests.Name)]
public class PathTests(Chromium chromium)
{
    [Theory]
    [InlineData("/llm/", false, false)]
    [InlineData("/llm/", true, false)]
    [InlineData("/llm/", false, true)]
    [InlineData("/llm/", true, true)]
    [InlineData("/llm", false, false)]
    [InlineData("/llm", true, true)]
    [InlineData("/llm/index.html", false, false)]
    [InlineData("/llm/?from=mail#top", false, false)]
    [InlineData("/tools/llm/v1/", true, false)]
    [InlineData("/tools/llm/v1", false, true)]
    [InlineData("/", true, false)]
    [InlineData("/", true, true)]
    public async Task All_of_it_works_and_it_asks_for_nothing_that_lies_beside_its_path(string opened, bool tls, bool keepHost)
    {
        await using var scene = await PageScene.StartAsync();
        var path = opened.Replace("index.html", "", StringComparison.Ordinal).Split('?')[0];
        await using var proxy = await PathProxy.StartAsync(scene.Server.Address, new() { Path = path, Tls = tls, KeepHost = keepHost });
        var beside = new Uri(proxy.Address, path.TrimEnd('/') + "/..");
        // Without the slash a browser reads ahead and asks for files beside the path, before the page's first line says where they are.
        // Without the slash a browser reads ahead and asks for files beside the path too, before the page's first line tells it where they are.
        await chromium.VisitAsync(new Uri(proxy.Address, path.EndsWith('/') ? path : "/"), async tab =>
        {
            await tab.Page.GotoAsync(new Uri(proxy.Address, opened).ToString());
            await tab.LiveAsync();
            await Expect(tab.Page.Locator("#boot")).ToHaveCountAsync(0);
            await Expect(tab.Card(0).Locator("option")).ToHaveTextAsync(["m", "m-large"]);
            await tab.SendAsync("first");
            var old = await scene.NextChatSaysAsync("Once upon");
            await Tab.SaysAsync(tab.Turns(), "Once upon");

            await tab.SendAsync("second");
            await Tab.EndsAsync(tab.Turns().First, "superseded", "Superseded by your newer prompt, proven over in");
            await old.Closed.WaitAsync(TimeSpan.FromSeconds(5));
            await scene.NextChatSaysAsync("Four");
            await Tab.SaysAsync(tab.Turns().Last, "Four");
            await tab.Card(0).Locator(".stop").ClickAsync();
            await Tab.EndsAsync(tab.Turns().Last, "stopped", "Stopped by you, proven over in");

            await tab.Page.GetByText("API", new() { Exact = true }).ClickAsync();
            await Expect(tab.Page.Locator("h1")).ToHaveTextAsync("StreamActors");
            Assert.Equal(new Uri(proxy.Address, path.TrimEnd('/') + "/openapi"), new Uri(tab.Page.Url));
        });
    }
}
