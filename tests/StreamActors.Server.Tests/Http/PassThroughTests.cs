using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class PassThroughTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    public static TheoryData<string, string> Streams
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var stream in RecordedStreams.All.Keys)
            {
                foreach (var framing in Framing.All.Keys)
                    data.Add(stream, framing);
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Streams))]
    public async Task Every_payload_arrives_byte_for_byte_and_in_order(string stream, string framing)
    {
        var payloads = RecordedStreams.All[stream];

        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync(Framing.All[framing](payloads));
            await call.EndAsync();
        });

        AssertIs(answer, payloads);
        Assert.DoesNotContain("not content", answer.Text);
    }

    [Fact]
    public async Task The_answer_has_the_headers_of_an_unbuffered_event_stream()
    {
        var answer = await both.AnswerAsync(call => CompleteAsync(call, Chunks.Finish));

        Assert.Equal("text/event-stream", answer.Header("Content-Type"));
        Assert.Equal("no-cache, no-store", answer.Header("Cache-Control"));
        Assert.Equal("no", answer.Header("X-Accel-Buffering"));
        Assert.Matches("^[0-9a-f]{32}$", answer.Header("X-Trace-Id"));
        Assert.Equal("once-" + answer.Header("X-Trace-Id"), answer.Header("X-Session-Id"));
        Assert.Null(answer.Header("Content-Encoding"));
        Assert.Null(answer.Header("Server"));
    }

    [Fact]
    public async Task Named_events_keep_their_name()
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"event: chunk\ndata: {Chunks.Content("a")}\n\ndata: {Chunks.Finish}\n\ndata: [DONE]\n\n");
            await call.EndAsync();
        });

        Assert.Equal(["chunk", "message", "message"], answer.Events.Select(e => e.Type));
    }

    [Fact]
    public async Task Many_events_in_one_send_arrive_in_order()
    {
        string[] payloads = [.. Enumerable.Range(0, 2000).Select(i => Chunks.Content($"token {i} ")), Chunks.Finish];

        var answer = await both.AnswerAsync(call => CompleteAsync(call, payloads));

        AssertIs(answer, payloads);
    }

    [Theory]
    [InlineData(1023)]
    [InlineData(4096)]
    [InlineData(32 * 1024)]
    [InlineData(65537)]
    [InlineData(1024 * 1024)]
    public async Task An_event_may_be_large(int size)
    {
        string[] payloads = [Chunks.Content("small"), Chunks.Content(new string('é', size / 2)), Chunks.Content("small again"), Chunks.Finish];

        var answer = await both.AnswerAsync(call => CompleteAsync(call, payloads));

        AssertIs(answer, payloads);
    }

    [Theory]
    [InlineData("{\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}]}")]
    [InlineData("\n { \"x\" : 1e-7, \"y\":1.0,\"choices\":[ {\"message\":{\"content\":\"\\u00fc ü 👍\",\"tool_calls\":[]}} ],\n\"usage\":{\"completion_tokens\":3}}\r\n ")]
    public async Task An_answer_that_is_not_streamed_passes_as_it_is(string body)
    {
        var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", body), stream: false);

        Assert.Equal((200, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
        Assert.Equal(Encoding.UTF8.GetBytes(body), answer.Body);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_model_server_is_told_the_trace(bool stream)
    {
        var head = "";
        var answer = await both.AnswerAsync(
            call =>
            {
                head = call.Head;
                return call.AnswerAsync("500 Internal Server Error", "{}");
            },
            stream);

        Assert.Contains($"\r\nX-Request-ID: {answer.Header("X-Trace-Id")}\r\n", head);
    }

    private static async Task CompleteAsync(UpstreamCall call, params string[] payloads)
    {
        await call.BeginEventsAsync();
        await call.WriteAsync(Framing.All["LF"](payloads));
        await call.EndAsync();
    }

    internal static void AssertIs(RawAnswer answer, string[] payloads)
    {
        Assert.Equal((200, true), (answer.Status, answer.Finished));
        Assert.Equal([.. payloads, Chunks.Done], answer.Events.Select(e => e.Text));
        Assert.All(answer.Events.Zip(payloads), pair => Assert.Equal(Encoding.UTF8.GetBytes(pair.Second), pair.First.Data));
        Assert.EndsWith("data: [DONE]\n\n", answer.Text);
    }
}
