using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>A server that has given every choice its finish reason and leaves its connection open has finished.</summary>
public class OpenAfterFinishTests(OpenAfterFinishTests.Stage both) : IClassFixture<OpenAfterFinishTests.Stage>
{
    private const string Usage = """{"choices":[],"usage":{"completion_tokens":2}}""";
    private const string Later = """{"choices":[],"usage":{"completion_tokens":3}}""";

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
        both.Time.Advance(TimeSpan.FromMilliseconds(900));
        await call.EventAsync(Usage);
        await client.ReadUntilAsync("usage");

        var answer = client.ReadAnswerAsync();
        while (!answer.IsCompleted)
        {
            if (comments)
                await CommentAsync(call);
            await both.PassAsync(steps: 1);
        }

        // Had nothing but the time between two tokens ended it, it would be cut.
        PassThroughTests.AssertIs(await answer, [Chunks.Content("one"), Chunks.Finish, Usage]);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task Reports_that_come_later_get_through_each_within_a_second_and_DONE_ends_the_wait()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.EventAsync(Chunks.Finish);
        await client.ReadUntilAsync("stop");
        both.Time.Advance(TimeSpan.FromMilliseconds(700));
        await call.EventAsync(Usage);
        await client.ReadUntilAsync("usage");
        both.Time.Advance(TimeSpan.FromMilliseconds(700));
        await call.EventAsync(Later);
        await call.EventAsync(Chunks.Done);
        await call.EndAsync();

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [Chunks.Content("one"), Chunks.Finish, Usage, Later]);
    }

    [Fact]
    public async Task Two_choices_of_which_one_is_finished_are_waited_for()
    {
        using var client = await RawClient.PostChatAsync(both.Server, """{"model":"m","n":2,"stream":true,"messages":[{"role":"user","content":"x"}]}""");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Finish);
        await both.PassAsync(steps: 40);
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
        await both.PassAsync(steps: 40);
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
        var answer = client.ReadAnswerAsync();
        while (!answer.IsCompleted)
            await both.PassAsync(steps: 1);

        Assert.Contains("\"content\":\"one\"", (await answer).Text);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    private static async Task CommentAsync(UpstreamCall call)
    {
        try
        {
            await call.WriteAsync(": ping\n\n");
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // That is what is waited for.
        }
    }

    /// <summary>A server on a clock that only the tests move.</summary>
    public sealed class Stage : ServerWithUpstream
    {
        private static readonly TimeSpan Step = TimeSpan.FromMilliseconds(50);

        public Stage() : this(new FakeTimeProvider())
        {
        }

        private Stage(FakeTimeProvider time) : base([], services => services.AddSingleton<TimeProvider>(time)) => Time = time;

        public FakeTimeProvider Time { get; }

        /// <summary>Lets time pass in steps of 50 ms, between which the server may set its timers.</summary>
        public async Task PassAsync(int steps)
        {
            for (var i = 0; i < steps; i++)
            {
                Time.Advance(Step);
                await Task.Delay(5);
            }
        }
    }
}
