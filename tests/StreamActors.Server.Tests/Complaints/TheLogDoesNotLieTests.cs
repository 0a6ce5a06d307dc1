using System.Collections.Concurrent;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Telemetry;
using static StreamActors.Server.Tests.Complaints.Staging;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Logs that said what was not so.</summary>
public class TheLogDoesNotLieTests
{
    /// <summary>
    /// maximhq/bifrost#3164: the log said that a stream was over while the model worked on for minutes. Here each line is held
    /// against the model server's own socket at the moment at which it is written.
    /// </summary>
    [Theory]
    [Trait("complaint", "maximhq/bifrost#3164")]
    [InlineData("leaves")]
    [InlineData("stops")]
    [InlineData("is replaced")]
    public async Task No_line_says_that_a_stream_is_over_while_its_upstream_is_open(string how)
    {
        UpstreamCall? watched = null;
        var seen = new ConcurrentQueue<(string Line, bool Closed)>();
        await using var both = await ServerWithUpstream.StartAsync(services => services.AddSingleton<IStreamLog>(
            new WatchedLog(e => seen.Enqueue((e.GetType().Name, watched?.HasClosed == true)))));
        for (var round = 0; round < 20; round++)
        {
            var (client, call) = await both.StreamingAsync("watched");
            seen.Clear();
            watched = call;
            switch (how)
            {
                case "leaves":
                    client.Dispose();
                    break;
                case "stops":
                    await both.Server.StopAsync(TraceOf(client));
                    break;
                default:
                    (await both.AskAsync(session: "watched")).Client.Dispose();
                    break;
            }

            var last = how == "is replaced" ? "prev_stream_finished_cleanly" : "stream_end";
            await Eventually.HoldsAsync(() => Assert.Contains(both.Server.Lines(TraceOf(client)), line => line.Event == last));
            client.Dispose();
            var over = seen.Where(e => e.Line is nameof(StreamEvent.Ended) or nameof(StreamEvent.FinishedCleanly)).ToList();
            Assert.NotEmpty(over);
            Assert.All(over, e => Assert.True(e.Closed, $"Round {round}: {e.Line}"));
            watched = null;
        }
    }

    /// <summary>openclaw/openclaw#92270: <c>status=aborted</c> was logged of what never stopped.</summary>
    [Fact]
    [Trait("complaint", "openclaw/openclaw#92270")]
    public async Task An_abort_without_effect_is_logged_as_such_and_its_end_only_when_it_comes()
    {
        await using var stubborn = await StubbornServer.StartAsync();
        var (older, call) = await stubborn.StreamingAsync("wedged");
        using var _ = older;
        Assert.EndsWith("data: [DONE]\n\n", (await stubborn.AskDemoAsync("wedged")).Text);

        var trace = TraceOf(older);
        Assert.Equal(
            ["stream_accepted", "stream_start", "stream_cancelled", "prev_stream_timeout_on_cancel", "stream_end"],
            stubborn.Server.Lines(trace).Select(line => line.Event));
        Assert.Equal(("detached", "registry_new_stream"), (stubborn.Server.Lines(trace)[^1]["outcome"], stubborn.Server.Lines(trace)[^1].Reason));
        Assert.Equal("1000", stubborn.Server.Lines(trace)[^2]["timeout_ms"]);

        call.Dispose();
        await Eventually.HoldsAsync(() => Assert.Equal("stream_detached_ended", stubborn.Server.Lines(trace)[^1].Event));
        Assert.DoesNotContain(stubborn.Server.Lines(trace), line => line.Event == "prev_stream_finished_cleanly");
        Assert.True(decimal.Parse(stubborn.Server.Lines(trace)[^1]["after_ms"]!, System.Globalization.CultureInfo.InvariantCulture) >= 1000);
    }

    /// <summary>openclaw/openclaw#92270, where the abort worked: which run it ended, and by whom, stands in each line.</summary>
    [Fact]
    [Trait("complaint", "openclaw/openclaw#92270")]
    public async Task An_abort_with_effect_is_logged_with_the_run_that_it_ended()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (older, _) = await both.StreamingAsync("run");
        var (newer, call) = await both.StreamingAsync("run");
        await call.FinishAsync();
        await newer.ReadAnswerAsync();
        await Books.BalancedAsync(both.Server);

        Assert.Equal(
            ["stream_accepted", "stream_start", "stream_cancelled", "stream_end", "prev_stream_finished_cleanly"],
            both.Server.Lines(TraceOf(older)).Select(line => line.Event));
        Assert.Equal(TraceOf(newer), both.Server.Lines(TraceOf(older))[2]["superseded_by"]);
        Assert.Equal(["stream_accepted", "stream_start", "stream_end"], both.Server.Lines(TraceOf(newer)).Select(line => line.Event));
        older.Dispose();
        newer.Dispose();
    }

    private sealed class WatchedLog(Action<StreamEvent> written) : IStreamLog
    {
        public void Write(StreamEvent @event) => written(@event);
    }
}
