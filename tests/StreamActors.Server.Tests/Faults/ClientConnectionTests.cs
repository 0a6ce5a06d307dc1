using System.Diagnostics;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Faults;

/// <summary>What a client does wrong with its connection where the moment makes no difference.</summary>
public class ClientConnectionTests
{
    private const string Head = "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Session-Id: staged\r\nContent-Length: 5000\r\n\r\n";

    /// <summary>Kestrel's own bound, in real time: after five seconds 240 bytes a second are wanted.</summary>
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_body_that_never_ends_gets_408_and_disturbs_nobody_in_its_session(int bytesAtOnce)
    {
        await using var stage = await Stage.SetAsync();
        using var running = await stage.AskAsync();
        await running.BeginAsync();
        using var slow = await RawClient.ConnectAsync(stage.Server);
        await slow.SendAsync(Head);
        var watch = Stopwatch.StartNew();
        var answering = slow.ReadAnswerAsync();
        while (bytesAtOnce > 0 && await Task.WhenAny(answering, Task.Delay(200)) != answering)
            await TrySendAsync(slow, new byte[bytesAtOnce]);

        var answer = await answering;

        Assert.Equal((408, "body_too_slow"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(10));
        await running.AnswerAsync(Chunks.Content("undisturbed"));
        Assert.Equal(Observed.Complete, await running.SeesAsync());
        await stage.IsCleanAsync(Stage.Session);
        Assert.DoesNotContain(stage.Server.Log.Of("stream_accepted"), line => line.Contains(answer.Header("X-Trace-Id")!, StringComparison.Ordinal));
    }

    /// <summary>The answer before it is whole (a status with its length), so the connection goes on.</summary>
    [Fact]
    public async Task A_prompt_pipelined_behind_one_that_is_superseded_before_its_first_byte_is_answered()
    {
        await using var stage = await Stage.SetAsync();
        using var first = await stage.AskAsync();
        await first.Client.PostAsync("/v1/chat/completions", ServerWithUpstream.Chat(prompt: "second"), "X-Session-Id: second\r\n");
        using var newer = await stage.SubmitAsync();

        Assert.Equal(400, (await first.Client.ReadNextAnswerAsync()).Status);
        var calls = new[] { await stage.Upstream.NextCallAsync(), await stage.Upstream.NextCallAsync() };
        newer.Call = calls.Single(call => call.Body.Contains(Stage.Session, StringComparison.Ordinal));
        await stage.AnswerInFullAsync(newer);
        var second = calls.Single(call => call != newer.Call);
        await second.BeginEventsAsync();
        await second.WriteAsync(Framing.Frame([Chunks.Content("two"), Chunks.Finish], "\n", "data: "));
        await second.EndAsync();

        Assert.EndsWith("data: [DONE]\n\n", (await first.Client.ReadNextAnswerAsync()).Text);
        await Books.BalancedAsync(stage.Server);
    }

    /// <summary>Nothing is written before it is whole, so that nothing fails: the total deadline is what is left.</summary>
    [Fact]
    public async Task A_vanished_client_that_nothing_shows_costs_an_answer_that_is_not_streamed_the_total_deadline()
    {
        await using var stage = await Stage.SetAsync();
        var client = await RawClient.PostChatAsync(stage.Server, ServerWithUpstream.Chat(stream: false), Stage.Session);
        var call = await stage.Upstream.NextCallAsync();
        await client.SendAsync(new string('x', 2_000_000));
        client.Dispose();

        await stage.AdvanceAsync(Deadline.Total.After - TimeSpan.FromSeconds(1));
        Assert.False(call.HasClosed);
        await stage.AdvanceAsync(TimeSpan.FromSeconds(1));

        await call.Closed.WaitAsync(Stage.Patience);
        await Books.BalancedAsync(stage.Server);
        Assert.Contains(" outcome=failed reason=total_timeout ", Assert.Single(stage.Server.Log.Of("stream_end")));
        await stage.IsCleanAsync(Stage.Session);
    }

    private static async Task TrySendAsync(RawClient client, byte[] bytes)
    {
        try
        {
            await client.SendAsync(bytes);
        }
        catch (IOException)
        {
            // Answered and closed.
        }
    }
}
