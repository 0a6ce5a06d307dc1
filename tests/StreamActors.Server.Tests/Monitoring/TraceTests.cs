using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;
using StreamActors.Telemetry;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>One span for each stream, from the caller's trace context to the model server's. Alone, since who listens is a matter of the whole process.</summary>
[Collection(LoadTests.Name)]
public class TraceTests
{
    private const string CallersTrace = "0af7651916cd43dd8448eb211c80319c";
    private const string Caller = $"00-{CallersTrace}-b7ad6b7169203331-01";

    [Fact]
    public async Task A_completed_stream_is_one_span_below_the_callers_and_above_the_model_servers()
    {
        using var spans = new Spans();
        await using var both = await ServerWithUpstream.StartAsync();
        using var client = await PostAsync(both, $"traceparent: {Caller}\r\ntracestate: vendor=1\r\n");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("one");
        await client.ReadAnswerAsync();

        var span = await spans.OfAsync(Staging.TraceOf(client));

        Assert.Equal(("chat m", ActivityKind.Server, ActivityStatusCode.Ok), (span.DisplayName, span.Kind, span.Status));
        Assert.Equal((CallersTrace, "b7ad6b7169203331"), (span.TraceId.ToHexString(), span.ParentSpanId.ToHexString()));
        Assert.Contains($"\r\ntraceparent: 00-{CallersTrace}-{span.SpanId.ToHexString()}-01\r\n", call.Head);
        Assert.Contains("\r\ntracestate: vendor=1\r\n", call.Head);
        Assert.Equal(["accepted", "started", "first_token", "proof"], Spans.Events(span));
        Assert.Equal(span.Events.Select(e => e.Timestamp).Order(), span.Events.Select(e => e.Timestamp));
        Assert.Equal(
            ("chat", "m", "up", "completed", 1L),
            (span.GetTagItem("gen_ai.operation.name"), span.GetTagItem("gen_ai.request.model"), span.GetTagItem("gen_ai.provider.name"),
                span.GetTagItem("streamactors.outcome"), span.GetTagItem("gen_ai.usage.output_tokens")));
        Assert.Null(span.GetTagItem("error.type"));
    }

    [Fact]
    public async Task A_superseded_stream_says_when_and_by_whom_and_a_waiting_one_that_it_never_started()
    {
        using var spans = new Spans();
        await using var both = await ServerWithUpstream.StartAsync();
        var (older, _) = await both.StreamingAsync("s");
        using var __ = older;
        var (newer, call) = await both.AskAsync(session: "s");
        using var ___ = newer;
        await call.AnswerAsync("two");
        await newer.ReadAnswerAsync();

        var span = await spans.OfAsync(Staging.TraceOf(older));

        Assert.Equal(["accepted", "started", "cancelled", "first_token", "proof"], Spans.Events(span));
        Assert.Equal(Staging.TraceOf(newer), span.Events.Single(e => e.Name == "cancelled").Tags.Single(t => t.Key == "superseded_by").Value);
        Assert.Equal(("registry_new_stream", ActivityStatusCode.Unset), (span.GetTagItem("error.type"), span.Status));
        Assert.Equal(default, span.ParentSpanId);
    }

    [Fact]
    public async Task A_failed_stream_is_an_error_with_its_reason()
    {
        using var spans = new Spans();
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.AnswerAsync("500 No", "{}");
        await client.ReadAnswerAsync();

        var span = await spans.OfAsync(Staging.TraceOf(client));

        Assert.Equal((ActivityStatusCode.Error, "backend_error", "backend_error"), (span.Status, span.StatusDescription, span.GetTagItem("error.type")));
    }

    [Fact]
    public async Task A_detached_stream_ends_as_such()
    {
        using var spans = new Spans();
        await using var stubborn = await StubbornServer.StartAsync();
        var (older, _) = await stubborn.StreamingAsync("s");
        using var __ = older;
        await stubborn.AskDemoAsync("s");

        var span = await spans.OfAsync(Staging.TraceOf(older));

        Assert.Equal(["accepted", "started", "cancelled", "first_token", "detached"], Spans.Events(span));
        Assert.Equal((ActivityStatusCode.Error, "detached"), (span.Status, span.GetTagItem("streamactors.outcome")));
    }

    [Fact]
    public async Task No_span_is_left_open_whatever_happens_and_none_becomes_current()
    {
        using var spans = new Spans();
        await using var traffic = await MixedTraffic.StartAsync();

        await traffic.RunAsync();

        var traces = traffic.Server.Services.GetRequiredService<StreamTraces>();
        await Eventually.HoldsAsync(() => Assert.Equal(0, traces.Open));
        Assert.Null(Activity.Current);
    }

    [Fact]
    public async Task With_nobody_listening_the_callers_context_goes_on_as_it_came_and_is_logged()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        using var client = await PostAsync(both, $"traceparent: {Caller}\r\n");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("one");
        await client.ReadAnswerAsync();

        Assert.Contains($"\r\ntraceparent: {Caller}\r\n", call.Head);
        Assert.EndsWith($" owner=local client=127.0.0.1 client_trace={CallersTrace}", Assert.Single(both.Server.Log.Of("stream_accepted")));
        Assert.Equal(0, both.Server.Services.GetRequiredService<StreamTraces>().Open);
    }

    [Theory]
    [InlineData("")]
    [InlineData("traceparent: nonsense\r\n")]
    [InlineData("traceparent: 00-00000000000000000000000000000000-b7ad6b7169203331-01\r\n")]
    [InlineData("traceparent: 00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01\r\n")]
    [InlineData("traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01 x=\"y\"\r\n")]
    [InlineData($"traceparent: {Caller}\r\ntraceparent: {Caller}\r\n")]
    public async Task A_context_that_is_none_is_neither_logged_nor_sent_on(string headers)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        using var client = await PostAsync(both, headers);
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("one");
        await client.ReadAnswerAsync();

        Assert.DoesNotContain("traceparent", call.Head, StringComparison.OrdinalIgnoreCase);
        Assert.EndsWith(" owner=local client=127.0.0.1", Assert.Single(both.Server.Log.Of("stream_accepted")));
    }

    private static async Task<RawClient> PostAsync(ServerWithUpstream both, string headers)
    {
        var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/chat/completions", ServerWithUpstream.Chat(), headers);
        return client;
    }
}
