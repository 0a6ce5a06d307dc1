using System.Diagnostics;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Sessions;
using static StreamActors.Server.Tests.Complaints.Staging;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Servers, sessions and runners that stood still for good.</summary>
public class NothingWedgesTests
{
    /// <summary>ggml-org/llama.cpp#27604</summary>
    [Theory]
    [Trait("complaint", "ggml-org/llama.cpp#27604")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_client_that_aborts_one_stream_while_another_runs_hangs_nothing(bool reset)
    {
        var watch = new Stopwatch();
        await using (var both = await ServerWithUpstream.StartAsync())
        {
            var (runs, running) = await both.StreamingAsync("runs");
            using var _ = runs;
            for (var i = 0; i < 20; i++)
            {
                var (aborts, aborted) = await both.StreamingAsync("aborts");
                if (reset)
                    aborts.Reset();
                else
                    aborts.Dispose();
                await aborted.Closed.WaitAsync(Bound);
                await running.EventAsync(Chunks.Content($"still {i}"));
                await runs.ReadUntilAsync($"still {i}");
                Assert.Equal(200, (await both.Server.CallAsync(HttpMethod.Get, "/healthz")).Status);
            }

            var (other, call) = await both.AskAsync();
            await call.AnswerAsync("other");
            AssertComplete(await other.ReadAnswerAsync(), "other");
            other.Dispose();
            watch.Start();
        }

        // Stopped, with a stream under way, by being asked once.
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5), $"{watch.Elapsed}");
    }

    /// <summary>ggml-org/llama.cpp#27388: not only the health page, the listings of what runs answer too.</summary>
    [Theory]
    [Trait("complaint", "ggml-org/llama.cpp#27388")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Health_and_the_listings_answer_while_a_backend_hangs_in_the_middle_of_an_answer(bool blocks)
    {
        await using var stubborn = await StubbornServer.StartAsync(blocks);
        var (client, _) = await stubborn.StreamingAsync("wedged");
        using var __ = client;
        var watch = Stopwatch.StartNew();

        foreach (var path in new[] { "/healthz", "/readyz", "/v1/models", "/v1/sessions", "/v1/sessions/wedged" })
            Assert.Equal(200, (await stubborn.Server.CallAsync(HttpMethod.Get, path)).Status);
        Assert.EndsWith("data: [DONE]\n\n", (await stubborn.AskDemoAsync()).Text);

        Assert.True(watch.Elapsed < Bound, $"{watch.Elapsed}");
        Assert.Equal("timed_out", (await stubborn.Server.StopAsync(TraceOf(client))).Outcome);
    }

    /// <summary>openclaw/openclaw#93004</summary>
    [Fact]
    [Trait("complaint", "openclaw/openclaw#93004")]
    public async Task Two_prompts_sent_in_the_same_moment_never_lock_their_session()
    {
        await using var server = await TestServer.StartAsync();
        for (var round = 0; round < 50; round++)
        {
            var clients = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => RawClient.PostChatAsync(
                server, """{"prompt":"Hi","stream":true,"max_tokens":3}""", "lane")));
            var answers = await Task.WhenAll(clients.Select(c => c.ReadAnswerAsync()));

            Assert.Contains(answers, a => a.Text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
            Array.ForEach(clients, c => c.Dispose());
        }

        await Books.BalancedAsync(server);
        Assert.Equal(SessionPhase.Idle, server.View("lane")!.Phase);
    }

    /// <summary>openclaw/openclaw#121831</summary>
    [Fact]
    [Trait("complaint", "openclaw/openclaw#121831")]
    public async Task A_prompt_that_ends_a_run_is_itself_answered_and_not_dropped()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (older, _) = await both.StreamingAsync("run");
        var (newer, call) = await both.AskAsync(session: "run");
        using var __ = older;
        using var ___ = newer;
        await call.AnswerAsync("heard");

        AssertComplete(await newer.ReadAnswerAsync(), "heard");
        await Books.BalancedAsync(both.Server);
        Assert.Empty(both.Server.Log.Of("stream_dropped"));
        Assert.Equal(["cancelled", "completed"], both.Server.Log.Of("stream_end").Select(line => LogLine.Parse(line)["outcome"]));
    }

    /// <summary>openclaw/openclaw#49756</summary>
    [Fact]
    [Trait("complaint", "openclaw/openclaw#49756")]
    public async Task A_stop_does_not_queue_behind_the_call_that_it_is_to_stop()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync(session: "in-flight");
        using var _ = client;

        var (outcome, took) = await both.Server.StopAsync(await both.Server.RunningAsync("in-flight"));

        Assert.Equal(("finished_cleanly", true), (outcome, call.HasClosed));
        Assert.InRange(took, 0, 1000);
    }

    /// <summary>ollama/ollama#15950</summary>
    [Fact]
    [Trait("complaint", "ollama/ollama#15950")]
    public async Task A_backend_that_accepts_connections_and_never_serves_is_not_called_reachable_and_holds_nobody()
    {
        await using var both = await ServerWithUpstream.StartAsync(
            ("Backends:up:ConnectTimeout", "00:00:00.100"), ("Generations:FirstTokenTimeout", "00:00:00.500"));
        both.Upstream.HasNoList = false;

        var (status, ready) = await both.Server.CallAsync(HttpMethod.Get, "/readyz");
        Assert.Equal((503, "unreachable"), (status, ready.GetProperty("backends").GetProperty("up").GetString()));
        using var client = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat());
        Assert.Equal(504, (await client.ReadAnswerAsync()).Status);
        await Books.BalancedAsync(both.Server);
        await Eventually.HoldsAsync(() => Assert.Equal(0, both.Upstream.OpenConnections));
    }

    /// <summary>ollama/ollama#8178</summary>
    [Theory]
    [Trait("complaint", "ollama/ollama#8178")]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_session_whose_model_does_not_stop_is_not_stopping_for_ever(bool blocks)
    {
        await using var stubborn = await StubbornServer.StartAsync(blocks);
        var (older, call) = await stubborn.StreamingAsync("stopping");
        using var _ = older;

        var answer = await stubborn.AskDemoAsync("stopping");

        Assert.EndsWith("data: [DONE]\n\n", answer.Text);
        await Eventually.HoldsAsync(() => Assert.Equal(SessionPhase.Idle, stubborn.Server.View("stopping")!.Phase));
        Assert.False(call.Disposed.IsCompleted);
        await Books.BalancedAsync(stubborn.Server);
    }

    /// <summary>theroyallab/tabbyAPI#428: the listing of models said 200 while no prompt was served any more.</summary>
    [Fact]
    [Trait("complaint", "theroyallab/tabbyAPI#428")]
    public async Task After_disconnects_a_backend_with_one_place_still_serves()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:MaxConcurrent", "1"));
        for (var i = 0; i < 20; i++)
        {
            var (leaves, _) = await both.StreamingAsync();
            leaves.Dispose();
        }

        var (client, call) = await both.AskAsync();
        using var __ = client;
        await call.AnswerAsync("served");
        AssertComplete(await client.ReadAnswerAsync(), "served");
    }

    /// <summary>sgl-project/sglang#40391</summary>
    [Fact]
    [Trait("complaint", "sgl-project/sglang#40391")]
    public async Task A_stream_that_never_ends_has_a_bounded_life()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Generations:TotalTimeout", "00:00:00.500"));
        var (client, call) = await both.StreamingAsync();
        using var _ = client;

        Assert.Equal("total_timeout", (await client.ReadAnswerAsync()).LastError.GetProperty("code").GetString());
        await call.Closed.WaitAsync(Bound);
        await Books.BalancedAsync(both.Server);
    }
}
