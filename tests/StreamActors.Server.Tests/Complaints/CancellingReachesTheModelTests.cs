using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using static StreamActors.Server.Tests.Complaints.Staging;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Models that went on working for nobody.</summary>
public class CancellingReachesTheModelTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    /// <summary>BerriAI/litellm#13774</summary>
    [Fact]
    [Trait("complaint", "BerriAI/litellm#13774")]
    public async Task A_newer_prompt_closes_the_older_ones_request_at_a_backend_that_hangs()
    {
        var (older, hanging) = await both.AskAsync(session: "hanging");
        var (newer, call) = await both.AskAsync(session: "hanging");
        using var _ = older;
        using var __ = newer;

        Assert.True(hanging.HasClosed);
        Assert.Equal("registry_new_stream", (await older.ReadAnswerAsync()).Error.GetProperty("code").GetString());
        await call.AnswerAsync("new");
        AssertComplete(await newer.ReadAnswerAsync(), "new");
    }

    /// <summary>BerriAI/litellm#36123</summary>
    [Theory]
    [Trait("complaint", "BerriAI/litellm#36123")]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_disconnect_closes_the_upstream_at_every_stage(int stage)
    {
        Func<UpstreamCall, Task>[] stages =
        [
            call => call.BeginEventsAsync(), call => call.EventAsync(Chunks.Role), call => call.EventAsync(Chunks.Content("one")),
            call => call.EventAsync(Chunks.Finish),
        ];
        var (client, call) = await both.AskAsync();
        foreach (var step in stages.Take(stage))
            await step(call);
        if (stage > 2)
            await client.ReadUntilAsync("one");

        client.Dispose();

        await call.Closed.WaitAsync(Bound);
        await Books.BalancedAsync(both.Server);
    }

    /// <summary>BerriAI/litellm#37140</summary>
    [Fact]
    [Trait("complaint", "BerriAI/litellm#37140")]
    public async Task Retries_of_an_answer_that_is_not_streamed_leave_no_orphaned_work()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            var (client, call) = await both.AskAsync(stream: false);
            client.Dispose();
            await call.Closed.WaitAsync(Bound);
        }

        await Eventually.HoldsAsync(() => Assert.Equal(0, both.Upstream.OpenConnections));
        await Books.BalancedAsync(both.Server);
    }

    /// <summary>ollama/ollama#11889</summary>
    [Fact]
    [Trait("complaint", "ollama/ollama#11889")]
    public async Task A_disconnect_while_the_prompt_is_processed_stops_the_runner()
    {
        var (client, call) = await both.AskAsync(session: "processing");

        client.Dispose();

        await call.Closed.WaitAsync(Bound);
        await Eventually.HoldsAsync(() => Assert.Equal(StreamActors.Sessions.SessionPhase.Idle, both.Server.View("processing")!.Phase));
        await Books.BalancedAsync(both.Server);
    }

    /// <summary>ai-dynamo/dynamo#13691</summary>
    [Fact]
    [Trait("complaint", "ai-dynamo/dynamo#13691")]
    public async Task A_disconnect_after_the_role_and_before_the_first_token_stops_the_prefill()
    {
        var (client, call) = await both.AskAsync(session: "prefill");
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Role);

        client.Dispose();

        await call.Closed.WaitAsync(Bound);
        await Books.BalancedAsync(both.Server);
        Assert.Equal(("0", null), (both.Server.Log.Of("stream_end").Select(LogLine.Parse).Last() is var end ? end["tokens"] : null, end["ttft_ms"]));
    }

    /// <summary>langchain-ai/langgraphjs#864</summary>
    [Fact]
    [Trait("complaint", "langchain-ai/langgraphjs#864")]
    public async Task Of_three_runs_one_after_another_the_first_two_are_interrupted()
    {
        var (first, one) = await both.StreamingAsync("three");
        var (second, two) = await both.StreamingAsync("three");
        Assert.True(one.HasClosed);
        var (third, three) = await both.StreamingAsync("three");
        Assert.True(two.HasClosed);
        await three.FinishAsync();

        AssertComplete(await third.ReadAnswerAsync(), "one");
        Assert.Equal(TraceOf(second), (await first.ReadAnswerAsync()).LastError.GetProperty("superseded_by").GetString());
        Assert.Equal(TraceOf(third), (await second.ReadAnswerAsync()).LastError.GetProperty("superseded_by").GetString());
        first.Dispose();
        second.Dispose();
        third.Dispose();
    }

    /// <summary>ag-ui-protocol/ag-ui#2759: whether the model has heard of it already is left to chance, fifty times.</summary>
    [Fact]
    [Trait("complaint", "ag-ui-protocol/ag-ui#2759")]
    public async Task A_stop_in_the_very_first_moment_is_not_lost_and_the_abandoned_answer_never_lands()
    {
        for (var round = 0; round < 50; round++)
        {
            var abandoned = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat(prompt: "abandoned"), "first-moment");
            abandoned.Dispose();
            using var newer = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat(prompt: "newer"), "first-moment");
            var call = await both.Upstream.NextCallAsync();
            if (call.Body.Contains("abandoned", StringComparison.Ordinal))
            {
                var stopped = call;
                call = await both.Upstream.NextCallAsync();
                Assert.True(stopped.HasClosed, $"Round {round}: the stopped one was still open when the newer one started.");
            }

            Assert.Contains("newer", call.Body);
            await call.AnswerAsync("new");
            AssertComplete(await newer.ReadAnswerAsync(), "new");
        }

        await Books.BalancedAsync(both.Server);
    }

    /// <summary>ag-ui-protocol/ag-ui#2759, with the stop said and not only meant.</summary>
    [Fact]
    [Trait("complaint", "ag-ui-protocol/ag-ui#2759")]
    public async Task A_stop_before_the_model_has_answered_ends_the_run_and_its_client_is_told()
    {
        var (client, call) = await both.AskAsync(session: "told");
        using var _ = client;

        var (outcome, _) = await both.Server.StopAsync(await both.Server.RunningAsync("told"));

        Assert.Equal(("finished_cleanly", true), (outcome, call.HasClosed));
        var answer = await client.ReadAnswerAsync();
        Assert.Equal((400, "client_cancel"), (answer.Status, answer.Error.GetProperty("code").GetString()));
    }
}
