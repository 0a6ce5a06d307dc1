using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class DeadlineTests
{
    private static readonly (string, string) Soon = ("Generations:FirstTokenTimeout", "00:00:01");
    private static readonly (string, string) IdleSoon = ("Generations:IdleTimeout", "00:00:00.200");
    private static readonly (string, string) TotalSoon = ("Generations:TotalTimeout", "00:00:01");
    private static readonly (string, string) Beating = ("Server:Heartbeat", "00:00:00.050");

    [Theory]
    [InlineData(null)]
    [InlineData(": keep-alive\n\n")]
    [InlineData("data: " + Chunks.Role + "\n\n")]
    [InlineData("data: " + Chunks.Empty + "\n\n")]
    [InlineData("\n")]
    public async Task A_backend_without_content_gives_504_whatever_else_it_sends(string? drip)
    {
        await using var both = await ServerWithUpstream.StartAsync(Soon);
        var (client, call) = await both.AskAsync();
        using var _ = client;
        var dripping = DripAsync(call, drip);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((504, "first_token_timeout"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.Equal(("invalid_request_error", "false"), (answer.Error.GetProperty("type").GetString(), answer.Header("x-should-retry")));
        await EndedAsync(both, call, "first_token_timeout", dripping);
    }

    [Fact]
    public async Task A_backend_that_never_answers_gives_504()
    {
        await using var both = await ServerWithUpstream.StartAsync(Soon);
        var (client, call) = await both.AskAsync();
        using var _ = client;

        Assert.Equal(504, (await client.ReadAnswerAsync()).Status);
        await EndedAsync(both, call, "first_token_timeout", Task.CompletedTask);
    }

    [Theory]
    [InlineData(null)]
    [InlineData(": keep-alive\n\n")]
    [InlineData("data: " + Chunks.Empty + "\n\n")]
    [InlineData("data: {\"choices\":[],\"usage\":{\"completion_tokens\":1}}\n\n")]
    public async Task A_stream_that_stops_saying_anything_is_cut(string? drip)
    {
        await using var both = await ServerWithUpstream.StartAsync(IdleSoon);
        var (client, call) = await both.AskAsync();
        using var _ = client;
        var dripping = DripAsync(call, drip, Chunks.Content("one"));

        CutAnswerTests.AssertCut(await client.ReadAnswerAsync(), "idle_timeout");
        await EndedAsync(both, call, "idle_timeout", dripping);
    }

    [Fact]
    public async Task A_stream_that_talks_for_ever_is_cut_at_the_total()
    {
        await using var both = await ServerWithUpstream.StartAsync(TotalSoon);
        var (client, call) = await both.AskAsync();
        using var _ = client;
        var dripping = DripAsync(call, $"data: {Chunks.Content("x")}\n\n");

        CutAnswerTests.AssertCut(await client.ReadAnswerAsync(), "total_timeout");
        await EndedAsync(both, call, "total_timeout", dripping);
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_has_only_the_total_deadline()
    {
        await using var both = await ServerWithUpstream.StartAsync(Soon, IdleSoon, TotalSoon);
        var (client, call) = await both.AskAsync(stream: false);
        using var _ = client;

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((400, "total_timeout", "false"), (answer.Status, answer.Error.GetProperty("code").GetString(), answer.Header("x-should-retry")));
        await EndedAsync(both, call, "total_timeout", Task.CompletedTask);
    }

    [Fact]
    public async Task Heartbeats_come_before_the_first_byte_and_a_failure_after_them_is_a_frame()
    {
        await using var both = await ServerWithUpstream.StartAsync(Beating);
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await client.ReadUntilAsync(": heartbeat\n\n\r\nd\r\n: heartbeat\n\n");
        await call.AnswerAsync("500 Internal Server Error", "{}");

        var answer = await client.ReadAnswerAsync();

        CutAnswerTests.AssertCut(answer, "backend_error");
        Assert.Single(answer.Events);
        Assert.StartsWith(": heartbeat\n\n", answer.Text);
    }

    [Fact]
    public async Task Heartbeats_in_a_pause_change_no_payload()
    {
        await using var both = await ServerWithUpstream.StartAsync(Beating);
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Role);
        await client.ReadUntilAsync("heartbeat");
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one\"");
        await client.ReadUntilAsync("heartbeat\n\n\r\nd\r\n: heartbeat");
        await call.EventAsync(Chunks.Finish);
        await call.EndAsync();

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [Chunks.Role, Chunks.Content("one"), Chunks.Finish]);
    }

    /// <summary>Sends the same bytes again and again until the other side closes.</summary>
    private static async Task DripAsync(UpstreamCall call, string? drip, string? first = null)
    {
        await call.BeginEventsAsync();
        if (first is not null)
            await call.EventAsync(first);
        try
        {
            while (drip is not null && !call.Closed.IsCompleted)
            {
                await call.WriteAsync(drip);
                await Task.WhenAny(call.Closed, Task.Delay(10));
            }
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // Closed: that is what is wanted.
        }
    }

    private static async Task EndedAsync(ServerWithUpstream both, UpstreamCall call, string reason, Task dripping)
    {
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
        await dripping;
        await Books.BalancedAsync(both.Server);
        Assert.Contains($"outcome=failed reason={reason} ", Assert.Single(both.Server.Log.Of("stream_end")));
        Assert.Empty(both.Server.Log.Of("stream_cancelled"));
    }
}
