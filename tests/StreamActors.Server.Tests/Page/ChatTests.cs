using System.Text.Json;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using static Microsoft.Playwright.Assertions;

namespace StreamActors.Server.Tests.Page;

/// <summary>The chat, seen by who uses it.</summary>
[Collection(PageTests.Name)]
public class ChatTests(Chromium chromium)
{
    [Fact]
    public async Task An_answer_streams_and_ends_complete_and_goes_along_with_the_next_prompt()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await Expect(tab.Card(0).Locator("option")).ToHaveTextAsync(["m", "m-large"]);
            await tab.Card(0).Locator(".model").SelectOptionAsync("m-large");

            await tab.SendAsync("first");
            var call = await scene.NextChatSaysAsync("Hello");
            await Tab.SaysAsync(tab.Turns(), "Hello");
            await Tab.EndsAsync(tab.Turns(), "streaming", "Streaming");
            await call.EventAsync(Chunks.Content(" there"));
            await call.FinishAsync();
            await Tab.EndsAsync(tab.Turns(), "complete", "Complete");
            await Tab.SaysAsync(tab.Turns(), "Hello there");

            await tab.SendAsync("second");
            var next = await scene.NextChatAsync();
            Assert.Equal(["m-large", "user: first", "assistant: Hello there", "user: second"], Said(next));
        });
    }

    [Fact]
    public async Task A_prompt_sent_while_an_answer_streams_supersedes_it_and_the_loser_says_so()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("first");
            var old = await scene.NextChatSaysAsync("Once upon");
            await Tab.SaysAsync(tab.Turns(), "Once upon");
            await Expect(tab.Card(0).Locator(".send")).ToHaveTextAsync("Send instead");

            await tab.SendAsync("second");
            await Tab.EndsAsync(tab.Turns().First, "superseded", "Superseded by your newer prompt, proven over in");
            await Expect(tab.Turns().First.Locator(".ending")).ToContainTextAsync("The answer is not complete.");
            await Tab.SaysAsync(tab.Turns().First, "Once upon");
            await old.Closed.WaitAsync(TimeSpan.FromSeconds(5));
            var newer = await scene.NextChatSaysAsync("Four");
            await newer.FinishAsync();
            await Tab.EndsAsync(tab.Turns().Last, "complete", "Complete");

            Assert.Equal(["m", "user: first", "assistant: Once upon\n\n[This answer was interrupted here.]", "user: second"], Said(newer));
        });
    }

    [Fact]
    public async Task A_prompt_that_was_superseded_before_its_first_word_is_not_sent_along()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("first");
            await scene.NextChatAsync();
            await tab.SendAsync("second");

            Assert.Equal(["m", "user: second"], Said(await scene.NextChatAsync()));
            await Tab.EndsAsync(tab.Turns().First, "superseded", "Superseded by your newer prompt");
        });
    }

    [Fact]
    public async Task The_stop_button_stops_and_shows_the_receipt_before_the_first_word_and_after_it()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("silent");
            var silent = await scene.NextChatAsync();
            await tab.Card(0).Locator(".stop").ClickAsync();
            await Tab.EndsAsync(tab.Turns().First, "stopped", "Stopped by you, proven over in");
            await silent.Closed.WaitAsync(TimeSpan.FromSeconds(5));

            await tab.SendAsync("speaks");
            var call = await scene.NextChatSaysAsync("One");
            await Tab.SaysAsync(tab.Turns().Last, "One");
            await tab.Card(0).Locator(".stop").ClickAsync();
            await Tab.EndsAsync(tab.Turns().Last, "stopped", "Stopped by you, proven over in");
            await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
            await Expect(tab.Card(0).Locator(".stop")).ToBeDisabledAsync();
            await Expect(tab.Page.Locator("[aria-live]")).ToContainTextAsync("Chat 1: Stopped by you");
        });
    }

    [Fact]
    public async Task Two_sessions_stream_side_by_side_and_one_can_be_thrown_away()
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("left", card: 0);
            var left = await scene.NextChatSaysAsync("L");
            await tab.SendAsync("right", card: 1);
            var right = await scene.NextChatSaysAsync("R");
            await Tab.EndsAsync(tab.Turns(0), "streaming", "Streaming");
            await Tab.EndsAsync(tab.Turns(1), "streaming", "Streaming");

            await tab.Card(1).Locator(".remove").ClickAsync();
            await tab.Page.Locator(".closed .forget").ClickAsync();
            await right.Closed.WaitAsync(TimeSpan.FromSeconds(5));
            await Expect(tab.Cards).ToHaveCountAsync(1);
            await left.FinishAsync();
            await Tab.EndsAsync(tab.Turns(0), "complete", "Complete");
            Assert.Equal(2, scene.Server.Log.All.Count(line => line.Contains("stream_start", StringComparison.Ordinal)));
        });
    }

    [Fact]
    public async Task Markup_in_prompts_answers_and_names_stays_text()
    {
        const string markup = "<img src=x onerror=alert(1)><script>alert(2)</script><b>bold</b>";
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.Card(0).Locator(".name").FillAsync("<i>me</i>");
            await tab.SendAsync(markup);
            await (await scene.NextChatSaysAsync(markup)).FinishAsync();

            await Tab.EndsAsync(tab.Turns(), "complete", "Complete");
            await Tab.SaysAsync(tab.Turns(), markup);
            await Expect(tab.Turns().Locator(".prompt")).ToHaveTextAsync(markup);
            await Expect(tab.Page.Locator(".lanes .name")).ToHaveTextAsync("<i>me</i>");
            await Expect(tab.Page.Locator("main img, main script, main i, .chat b")).ToHaveCountAsync(0);
        });
    }

    [Theory]
    [InlineData("500 Internal Server Error", "failed", "Failed: the model server gave an error")]
    [InlineData("429 Too Many Requests", "failed", "too many for m")]
    public async Task A_refusal_is_told_in_words(string status, string state, string words)
    {
        await using var scene = await PageScene.StartAsync();
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("hello");
            await (await scene.NextChatAsync()).AnswerAsync(status, """{"error":{"message":"too many for m"}}""");

            await Tab.EndsAsync(tab.Turns(), state, words);
        });
    }

    [Fact]
    public async Task Failures_in_the_middle_of_an_answer_are_told_in_words_and_the_text_is_kept()
    {
        await using var scene = await PageScene.StartAsync(("Generations:IdleTimeout", "00:00:00.400"));
        await chromium.VisitAsync(scene.Server.Address, async tab =>
        {
            await tab.LiveAsync();
            await tab.SendAsync("breaks off");
            await (await scene.NextChatSaysAsync("Half")).CloseAsync();
            await Tab.EndsAsync(tab.Turns().First, "failed", "Failed: the model’s answer broke off");
            await tab.SendAsync("falls silent");
            await scene.NextChatSaysAsync("Half");
            await Tab.EndsAsync(tab.Turns().Last, "failed", "Timed out: the model stopped answering");
            await Tab.SaysAsync(tab.Turns().Last, "Half");
        });
    }

    /// <summary>The model, and the messages that reached it.</summary>
    internal static IEnumerable<string> Said(UpstreamCall call)
    {
        var body = JsonDocument.Parse(call.Body).RootElement;
        return body.GetProperty("messages").EnumerateArray().Select(m => $"{m.GetProperty("role")}: {m.GetProperty("content")}").Prepend(body.GetProperty("model").GetString()!);
    }
}
