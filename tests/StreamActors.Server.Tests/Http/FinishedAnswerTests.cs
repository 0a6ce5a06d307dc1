using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What the model did finish is passed on as complete, however its server closes.</summary>
public class FinishedAnswerTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_finish_reason_and_a_proper_end_are_enough(bool chunked)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync(chunked);
            await call.EventAsync(Chunks.Content("one"));
            await call.EventAsync(Chunks.Finish);
            await call.EndAsync();
        });

        PassThroughTests.AssertIs(answer, [Chunks.Content("one"), Chunks.Finish]);
        await CompletedAsync(answer);
    }

    [Fact]
    public async Task DONE_without_a_finish_reason_is_enough()
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.EventAsync(Chunks.Content("one"));
            await call.EventAsync(Chunks.Done);
            await call.EndAsync();
        });

        PassThroughTests.AssertIs(answer, [Chunks.Content("one")]);
        await CompletedAsync(answer);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task An_upstream_that_closes_rudely_after_DONE_has_finished(bool reset)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {Chunks.Finish}\n\ndata: [DONE]\n\n");
            await (reset ? call.ResetAsync() : call.CloseAsync());
        });

        // A reset may overtake what was sent before it; then it is no finished answer, and is not passed off as one.
        if (reset && !answer.Text.Contains("[DONE]", StringComparison.Ordinal))
        {
            Assert.Contains(answer.Status, new[] { 200, 400 });
            Assert.True(answer.Status == 400 || !answer.Finished);
            return;
        }

        PassThroughTests.AssertIs(answer, [Chunks.Finish]);
        await CompletedAsync(answer);
    }

    [Fact]
    public async Task An_upstream_that_talks_on_after_DONE_is_not_listened_to()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.WriteAsync($"data: {Chunks.Finish}\n\ndata: [DONE]\n\n");
        var talk = Task.Run(async () =>
        {
            while (!call.HasClosed)
            {
                await call.EventAsync("{}");
                await Task.WhenAny(call.Closed, Task.Delay(10));
            }
        });

        var answer = await client.ReadAnswerAsync().WaitAsync(TimeSpan.FromSeconds(5));

        PassThroughTests.AssertIs(answer, [Chunks.Finish]);
        await Task.WhenAny(talk);
    }

    [Fact]
    public async Task What_comes_after_DONE_is_not_passed_on()
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {Chunks.Finish}\n\ndata: [DONE]\n\ndata: {Chunks.Content("late")}\n\ndata: [DONE]\n\ndata: garbage\n\n");
            await call.EndAsync();
        });

        PassThroughTests.AssertIs(answer, [Chunks.Finish]);
    }

    [Fact]
    public async Task An_upstream_that_keeps_its_connection_open_after_DONE_is_closed_and_the_answer_ends()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Finish);
        await call.EventAsync(Chunks.Done);

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [Chunks.Finish]);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Fact]
    public async Task The_tokens_in_the_log_are_the_backends_own_count()
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync(Framing.All["LF"](RecordedStreams.All["text with usage"]));
            await call.EndAsync();
        });

        Assert.Contains(" tokens=12 ", await CompletedAsync(answer));
    }

    [Fact]
    public async Task A_finished_upstream_connection_is_used_again()
    {
        await using var own = await ServerWithUpstream.StartAsync();
        for (var i = 0; i < 5; i++)
        {
            var answer = await own.AnswerAsync(async call =>
            {
                await call.BeginEventsAsync();
                await call.WriteAsync(Framing.All["LF"]([Chunks.Finish]));
                await call.EndAsync();
            });
            await CompletedAsync(own.Server, answer);
        }

        Assert.Equal(1, own.Upstream.Connections);
    }

    private Task<string> CompletedAsync(RawAnswer answer) => CompletedAsync(both.Server, answer);

    private static async Task<string> CompletedAsync(TestServer server, RawAnswer answer)
    {
        await Books.BalancedAsync(server);
        var end = Assert.Single(server.Log.Of("stream_end"), line => line.Contains(answer.Header("X-Trace-Id")!));
        Assert.Contains("outcome=completed reason=- ", end);
        return end;
    }
}
