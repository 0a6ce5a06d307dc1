using StreamActors.Server.Tests.Complaints;
using StreamActors.Soak.Host;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>What comes between an answer and its end: a reload, a server that stops, one that is killed.</summary>
[Collection(PageTests.Name)]
public class InterruptionTests(Chromium chromium)
{
    [Fact]
    public async Task After_a_reload_the_conversation_is_there_and_the_answer_says_that_it_was_interrupted()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("first");
            var call = await scene.NextChatSaysAsync("Once upon");
            await Tab.SaysAsync(tab.Turns(), "Once upon");

            await tab.Page.ReloadAsync();
            await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));

            await Tab.EndsAsync(tab.Turns(), "cut", "this page was closed or reloaded, and the server stopped the model (client_disconnect)");
            await Tab.SaysAsync(tab.Turns(), "Once upon");
            Assert.Contains(scene.Server.Log.All, line => line.Contains("stream_end", StringComparison.Ordinal) && line.Contains("reason=client_disconnect", StringComparison.Ordinal));
            await tab.SendAsync("again");
            await (await scene.NextChatSaysAsync("Four")).FinishAsync();
            await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
            await Expect(tab.Page.Locator(".lane .name")).ToHaveTextAsync(["Chat 1", "Chat 1"]);
            await Expect(tab.Page.Locator(".lane .where")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task A_server_that_stops_says_so_and_the_page_goes_on_with_the_next_one()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("first");
            await scene.NextChatSaysAsync("Once upon");
            await Tab.SaysAsync(tab.Turns(), "Once upon");

            await scene.StopServerAsync();
            await Tab.EndsAsync(tab.Turns(), "cut", "Interrupted: the server is stopping");
            await Expect(tab.Page.Locator("#state")).ToHaveAttributeAsync("data-live", "false");
            await tab.SendAsync("to nobody");
            await Tab.EndsAsync(tab.Turns().Last, "failed", "Not sent: the server cannot be reached");

            await scene.RestartServerAsync();
            await tab.LiveAsync();
            await tab.SendAsync("again");
            await (await scene.NextChatSaysAsync("Four")).FinishAsync();
            await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
        });
    }

    [Fact]
    public async Task A_server_that_is_killed_leaves_no_answer_that_looks_complete()
    {
        var logs = Directory.CreateTempSubdirectory("streamactors-page-").FullName;
        await using var killed = await ServerProcess.StartAsync(Settings("http://127.0.0.1:0", logs));
        await chromium.VisitAsync(killed.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("Write a long poem");
            await Expect(tab.Turns().Locator(".text")).ToContainTextAsync("demo model");
            await killed.SignalAsync("KILL");
            await Tab.EndsAsync(tab.Turns(), "cut", "Interrupted: the connection was cut without a word. The answer is not complete.");

            await using var again = await ServerProcess.StartAsync(Settings(killed.Address.ToString().TrimEnd('/'), logs));
            await tab.LiveAsync();
            await tab.SendAsync("Hi");
            await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");
        });
        Directory.Delete(logs, recursive: true);
    }

    private static string[] Settings(string url, string logs) =>
        [$"--Server:Urls={url}", $"--Logs:Directory={logs}", "--Backends:demo:Type=Demo", "--Backends:demo:Models:0=demo", "--Backends:demo:TokensPerSecond=60"];
}
