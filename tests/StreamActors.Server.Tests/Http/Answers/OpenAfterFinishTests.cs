using System.Diagnostics;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>A server that has given every choice its finish reason and leaves its connection open has finished.</summary>
public class OpenAfterFinishTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Usage = """{"choices":[],"usage":{"completion_tokens":2}}""";

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Without_DONE_the_answer_is_complete_after_a_second_comments_or_not_and_the_connection_is_closed(bool comments)
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.EventAsync(Chunks.Finish);
        await client.ReadUntilAsync("stop");
        var since = Stopwatch.GetTimestamp();
        var commenting = comments ? CommentAsync(call) : Task.CompletedTask;

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [Chunks.Content("one"), Chunks.Finish]);
        Assert.InRange(Stopwatch.GetElapsedTime(since).TotalSeconds, 0.9, 8);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
        await commenting;
    }

    [Fact]
    public async Task A_report_that_comes_later_gets_through_and_DONE_after_it_ends_the_wait()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.EventAsync(Chunks.Finish);
        await client.ReadUntilAsync("stop");
        // The time is the point: reports come as late.
        await Task.Delay(300);
        await call.EventAsync(Usage);
        await client.ReadUntilAsync("usage");
        await Task.Delay(300);
        await call.EventAsync(Chunks.Done);
        await call.EndAsync();

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [Chunks.Content("one"), Chunks.Finish, Usage]);
    }

    [Fact]
    public async Task Two_choices_of_which_one_is_finished_are_waited_for()
    {
        using var client = await RawClient.PostChatAsync(both.Server, """{"model":"m","n":2,"stream":true,"messages":[{"role":"user","content":"x"}]}""");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Finish);
        await Task.Delay(1500);
        await call.EventAsync("""{"choices":[{"index":1,"delta":{"content":"late"},"finish_reason":"stop"}]}""");
        await client.ReadUntilAsync("late");
        await call.EndAsync();

        Assert.True((await client.ReadAnswerAsync()).Finished);
    }

    [Fact]
    public async Task Finish_reasons_after_which_the_answer_goes_on_are_not_believed()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        const string each = """{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}""";
        await call.WriteAsync($"data: {each}\n\ndata: {each}\n\n");
        await Task.Delay(1500);
        await call.EventAsync(Chunks.Content("late"));
        await client.ReadUntilAsync("late");
        await call.EventAsync(Chunks.Done);

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [each, each, Chunks.Content("late")]);
    }

    [Fact]
    public async Task A_server_that_dies_after_every_finish_reason_has_not_ended_its_answer()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.EventAsync(Chunks.Finish);
        await client.ReadUntilAsync("stop");
        await call.CloseAsync();

        CutAnswerTests.AssertCut(await client.ReadAnswerAsync(), "backend_truncated");
    }

    [Fact]
    public async Task Not_streamed_but_answered_with_such_a_stream_it_is_complete_too()
    {
        var (client, call) = await both.AskAsync(stream: false);
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.EventAsync(Chunks.Finish);

        Assert.Contains("\"content\":\"one\"", (await client.ReadAnswerAsync()).Text);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    private static async Task CommentAsync(UpstreamCall call)
    {
        try
        {
            while (!call.HasClosed)
            {
                await call.WriteAsync(": ping\n\n");
                await Task.WhenAny(call.Closed, Task.Delay(50));
            }
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // That is what is waited for.
        }
    }
}
