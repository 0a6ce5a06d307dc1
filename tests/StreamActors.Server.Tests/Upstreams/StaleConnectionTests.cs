using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends;
using StreamActors.Backends.Upstream;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>A connection that has been used and that the model server closes: a prompt of which it has not said a word goes out once more, and no other.</summary>
public class StaleConnectionTests
{
    private const string Completion = """{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]}""";
    private const string Cut = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 100\r\n\r\n{";

    /// <summary>What a used connection does when it has got a prompt, and whether the prompt is to be sent once more.</summary>
    private static readonly Dictionary<string, (Func<UpstreamCall, Task> Does, bool Again)> Shapes = new()
    {
        ["it is closed"] = (call => call.CloseAsync(), true),
        ["it is closed in one direction"] = (call => call.HalfCloseAsync(), true),
        ["it is reset"] = (call => call.ResetAsync(), true),
        ["it says one byte and is closed"] = (call => SayAsync(call, "H"), false),
        ["it says one byte and is reset"] = (call => SayAsync(call, "H", reset: true), false),
        ["it says half a status line and is closed"] = (call => SayAsync(call, "HTTP/1.1 2"), false),
        ["it says that it goes on and is closed"] = (call => SayAsync(call, "HTTP/1.1 100 Continue\r\n\r\n"), false),
        ["it says half a head and is closed"] = (call => SayAsync(call, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n"), false),
        ["it says a head and is closed"] = (call => SayAsync(call, "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n"), false),
        ["it says a part of the answer and is reset"] = (call => SayAsync(call, Cut, reset: true), false),
        ["it says what is not HTTP and is closed"] = (call => SayAsync(call, "SSH-2.0-OpenSSH_9.6\r\n\r\n"), false),
    };

    public static TheoryData<string, bool> Rows
    {
        get
        {
            var rows = new TheoryData<string, bool>();
            foreach (var shape in Shapes.Keys)
            {
                rows.Add(shape, true);
                rows.Add(shape, false);
            }

            return rows;
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_prompt_that_is_cancelled_before_anything_was_answered_is_not_sent_again(bool stream)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        await UseAsync(both);
        var (client, call) = await both.AskAsync(stream);
        Assert.Equal(1, both.Upstream.Connections);

        client.Dispose();

        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
        await Books.BalancedAsync(both.Server);
        Assert.Equal(1, both.Upstream.Connections);
        Assert.Empty(both.Upstream.Rest());
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_prompt_goes_out_once_more_only_where_not_a_byte_was_answered(string shape, bool stream)
    {
        var (does, again) = Shapes[shape];
        await using var both = await ServerWithUpstream.StartAsync();
        await UseAsync(both);
        var (client, call) = await both.AskAsync(stream);
        using var _ = client;
        Assert.Equal(1, both.Upstream.Connections);

        await does(call);
        if (again)
            await AnswerAsync(await AgainAsync(both, call), stream);

        var answer = await client.ReadAnswerAsync();
        Assert.Equal(again, answer.Status == 200);
        Assert.Equal(again, answer.Text.Contains("fine", StringComparison.Ordinal));
        await Books.BalancedAsync(both.Server);
        Assert.Equal(again ? 2 : 1, both.Upstream.Connections);
        Assert.Empty(both.Upstream.Rest());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task On_a_fresh_connection_that_is_the_servers_answer(bool reset)
    {
        await using var both = await ServerWithUpstream.StartAsync();

        var answer = await both.AnswerAsync(call => reset ? call.ResetAsync() : call.CloseAsync());

        Assert.Equal(502, answer.Status);
        await Books.BalancedAsync(both.Server);
        Assert.Equal(1, both.Upstream.Connections);
        Assert.Empty(both.Upstream.Rest());
    }

    [Fact]
    public async Task It_goes_out_no_third_time()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        await UseAsync(both);
        var (client, call) = await both.AskAsync();
        using var _ = client;

        await call.CloseAsync();
        await (await AgainAsync(both, call)).CloseAsync();

        Assert.Equal(502, (await client.ReadAnswerAsync()).Status);
        await Books.BalancedAsync(both.Server);
        Assert.Equal(2, both.Upstream.Connections);
        Assert.Empty(both.Upstream.Rest());
        Assert.Contains("closes connections without an answer", Assert.Single(both.Server.Log.Of("backend_trouble")), StringComparison.Ordinal);
    }

    /// <summary>After a second or so of idleness the client looks after its connections, and reads from them in another way.</summary>
    [Fact]
    public async Task A_connection_that_was_idle_for_a_while_is_no_different()
    {
        await Task.WhenAll(Shapes.Where(s => s.Key is "it is closed" or "it is reset" or "it says one byte and is closed").Select(async shape =>
        {
            await using var both = await ServerWithUpstream.StartAsync();
            await UseAsync(both);
            await Task.Delay(TimeSpan.FromSeconds(2.5)); // there is nothing to see of it
            var (client, call) = await both.AskAsync();
            using var _ = client;
            Assert.Equal(1, both.Upstream.Connections);
            await shape.Value.Does(call);
            if (shape.Value.Again)
                await AnswerAsync(await AgainAsync(both, call), stream: true);

            Assert.Equal((shape.Key, shape.Value.Again ? 200 : 502), (shape.Key, (await client.ReadAnswerAsync()).Status));
            Assert.Empty(both.Upstream.Rest());
        }));
    }

    [Fact]
    public async Task An_idle_connection_is_closed_before_a_server_would_close_it_after_five_seconds()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync(stream: false);
        using var _ = client;
        await call.AnswerAsync("200 OK", Completion);
        await client.ReadAnswerAsync();
        var since = TimeProvider.System.GetTimestamp();

        await call.Closed.WaitAsync(TimeSpan.FromSeconds(10));

        // It is looked after every second: four seconds of idleness are over after five at the latest, and are not used again from then on.
        Assert.InRange(TimeProvider.System.GetElapsedTime(since).TotalSeconds, 3, 7);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_is_no_prompt_goes_out_once_more_too(bool reset)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        await UseAsync(both);
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/embeddings", """{"model":"m","input":"Hi"}""");
        var call = await both.Upstream.NextCallAsync();

        await (reset ? call.ResetAsync() : call.CloseAsync());
        await (await AgainAsync(both, call)).AnswerAsync("200 OK", """{"data":[]}""");

        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("H", false)]
    public async Task Behind_TLS_it_is_no_different(string said, bool again)
    {
        await using var server = new TlsUpstream(TestCertificate.WithKey()) { LastWords = Encoding.ASCII.GetBytes(said) };
        using var http = UpstreamClient.Create(
            "up", new Uri($"https://127.0.0.1:{server.Port}/v1"), UpstreamProtocol.OpenAi, new BackendOptions { CaFile = TestCertificate.CertificateFile });
        (await AskAsync(http)).Dispose();

        var asking = AskAsync(http);

        if (again)
            (await asking).Dispose();
        else
            await Assert.ThrowsAsync<BackendException>(() => asking);
        Assert.Equal(again ? 3 : 2, server.Requests);
    }

    [Theory]
    [InlineData(4, true)]
    [InlineData(6, false)]
    public async Task What_breaks_after_the_model_has_been_at_work_is_not_asked_for_twice(int seconds, bool again)
    {
        var time = new FakeTimeProvider();
        await using var upstream = new RawUpstream();
        using var http = UpstreamClient.Create("up", new Uri(upstream.Url), UpstreamProtocol.OpenAi, new BackendOptions(), time: time);
        var used = AskAsync(http);
        await (await upstream.NextCallAsync()).AnswerAsync("200 OK", "{}");
        using (var response = await used)
            await response.Content.ReadAsByteArrayAsync();
        var asking = AskAsync(http);
        var call = await upstream.NextCallAsync();
        Assert.Equal(1, upstream.Connections);

        time.Advance(TimeSpan.FromSeconds(seconds));
        await call.CloseAsync();

        if (again)
        {
            await (await upstream.NextCallAsync()).AnswerAsync("200 OK", "{}");
            (await asking).Dispose();
        }
        else
        {
            await Assert.ThrowsAsync<BackendException>(() => asking);
        }

        Assert.Empty(upstream.Rest());
    }

    private static async Task<HttpResponseMessage> AskAsync(HttpClient http)
    {
        using var message = UpstreamHttp.Prompt("chat/completions", "{}"u8.ToArray(), request: null);
        var response = await UpstreamHttp.AskAsync(http, message, default);
        await response.Content.LoadIntoBufferAsync();
        return response;
    }

    /// <summary>The prompt comes again, the same, on a connection of its own.</summary>
    private static async Task<UpstreamCall> AgainAsync(ServerWithUpstream both, UpstreamCall first)
    {
        var again = await both.Upstream.NextCallAsync();
        Assert.Equal((first.Head, first.Body), (again.Head, again.Body));
        return again;
    }

    private static async Task AnswerAsync(UpstreamCall call, bool stream)
    {
        if (!stream)
        {
            await call.AnswerAsync("200 OK", Completion);
            return;
        }

        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("fine"));
        await call.EventAsync(Chunks.Finish);
        await call.EventAsync(Chunks.Done);
        await call.EndAsync();
    }

    /// <summary>One good answer, after which its connection lies ready for the next prompt.</summary>
    private static async Task UseAsync(ServerWithUpstream both)
    {
        Assert.Equal(200, (await both.AnswerAsync(call => call.AnswerAsync("200 OK", Completion), stream: false)).Status);
        await Books.BalancedAsync(both.Server);
    }

    private static async Task SayAsync(UpstreamCall call, string text, bool reset = false)
    {
        await call.SendAsync(text);
        await (reset ? call.ResetAsync() : call.CloseAsync());
    }
}
