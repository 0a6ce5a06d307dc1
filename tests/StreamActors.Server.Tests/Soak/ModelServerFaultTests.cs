using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using StreamActors.Soak.Upstream;

namespace StreamActors.Server.Tests.Soak;

/// <summary>The faults that a prompt can ask of the instrumented model server.</summary>
public class ModelServerFaultTests : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private UpstreamProcess _upstream = null!;

    public async Task InitializeAsync() => _upstream = await UpstreamProcess.StartAsync();

    public async Task DisposeAsync() => await _upstream.DisposeAsync();

    [Theory]
    [InlineData("close")]
    [InlineData("reset")]
    public async Task Before_the_head_nothing_comes(string fault)
    {
        using var socket = await AskAsync(fault, at: -1);

        var (text, reset) = await ReadToEndAsync(socket);

        Assert.Equal(("", fault == "reset"), (text, reset));
        await RecordedAsync("fail", tokens: 0);
    }

    [Theory]
    [InlineData("close", false)]
    [InlineData("reset", true)]
    public async Task After_tokens_the_connection_ends_without_the_bodys_end(string fault, bool byReset)
    {
        using var socket = await AskAsync(fault, at: 2);

        var (text, reset) = await ReadToEndAsync(socket);

        Assert.Equal(byReset, reset);
        Assert.DoesNotContain("\r\n0\r\n\r\n", text);
        await RecordedAsync("fail", tokens: 2);
    }

    [Theory]
    [InlineData("noend", "tok1")]
    [InlineData("error", "data: {\"error\":{")]
    [InlineData("garbage", "data: {\"choices\":[{\"index\":0,\n\n")]
    [InlineData("badutf8", "\uFFFD(")]
    [InlineData("hugeevent", "xxxxxxxx")]
    public async Task A_wrong_answer_ends_properly_and_is_not_booked_as_one(string fault, string contains)
    {
        using var socket = await AskAsync(fault, at: 2);

        var text = await ReadUntilAsync(socket, "\r\n0\r\n\r\n");

        Assert.Contains("tok1", text);
        Assert.Contains(contains, text);
        Assert.DoesNotContain("tok2", text);
        Assert.DoesNotContain("[DONE]", text);
        await RecordedAsync("fail", tokens: 2);
    }

    [Theory]
    [InlineData("stall", -1, null)]
    [InlineData("stall", 0, "text/event-stream")]
    [InlineData("stall", 2, "tok1")]
    [InlineData("comments", 0, ": still here")]
    [InlineData("empty", 2, "\"delta\":{}")]
    [InlineData("drip", 2, "tok1")]
    public async Task A_silent_one_notices_at_once_that_its_peer_has_gone(string fault, int at, string? contains)
    {
        var socket = await AskAsync(fault, at);
        if (contains is not null)
            Assert.DoesNotContain("[DONE]", await ReadUntilAsync(socket, contains));
        await _upstream.HasAcceptedAsync(1);
        var left = Clock.Microseconds;

        socket.Dispose();

        var over = await RecordedAsync("abort", tokens: Math.Max(at, 0));
        Assert.InRange(over.Microseconds - left, 0, 500_000);
    }

    [Fact]
    public async Task A_half_closed_one_takes_no_end_for_its_own()
    {
        using var socket = await AskAsync("halfclose", at: 1);
        Assert.False((await ReadToEndAsync(socket)).Reset);
        Assert.Equal(1, (await _upstream.RecordAsync()).Live);

        socket.Dispose();

        await RecordedAsync("abort", tokens: 1);
    }

    [Fact]
    public async Task Events_carry_the_requests_id_and_are_forgotten_once_taken()
    {
        using var socket = await AskAsync("noend", at: 1);
        await ReadUntilAsync(socket, "\r\n0\r\n\r\n");

        var taken = await _upstream.TakeAsync();

        Assert.Equal(["accept", "first_token", "fail"], taken.Events.Select(e => e.Event));
        Assert.All(taken.Events, e => Assert.Equal("the-trace", e.Trace));
        var after = await _upstream.RecordAsync();
        Assert.Empty(after.Events);
        Assert.Equal((1, 1), (after.Accepted, after.Failed));
    }

    private async Task<Socket> AskAsync(string fault, int at)
    {
        var body = JsonSerializer.SerializeToUtf8Bytes(new
        {
            stream = true,
            messages = new[] { new { role = "user", content = Prompt.Of("s", "p", tokens: 5, delay: 1, fault: fault, at: at) } },
        });
        var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(_upstream.Address.Host, _upstream.Address.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nX-Request-ID: the-trace\r\nContent-Length: {body.Length}\r\n\r\n"));
        await socket.SendAsync(body);
        return socket;
    }

    private async Task<UpstreamEvent> RecordedAsync(string last, int tokens)
    {
        UpstreamEvent? over = null;
        using var bound = new CancellationTokenSource(Patience);
        while (over is null || over.Event is "accept" or "first_token")
        {
            bound.Token.ThrowIfCancellationRequested();
            over = (await _upstream.RecordAsync()).Events.LastOrDefault();
        }

        Assert.Equal((last, tokens), (over.Event, over.Tokens));
        return over;
    }

    private static async Task<(string Text, bool Reset)> ReadToEndAsync(Socket socket)
    {
        var text = new MemoryStream();
        var reset = !await ReadAsync(socket, text, _ => false);
        return (Encoding.UTF8.GetString(text.ToArray()), reset);
    }

    private static async Task<string> ReadUntilAsync(Socket socket, string end)
    {
        var text = new MemoryStream();
        await ReadAsync(socket, text, received => received.IndexOf(Encoding.UTF8.GetBytes(end)) >= 0);
        return Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Reads until it is enough, or the end; false after a reset.</summary>
    private static async Task<bool> ReadAsync(Socket socket, MemoryStream text, Func<ReadOnlySpan<byte>, bool> enough)
    {
        var part = new byte[1024 * 1024];
        using var bound = new CancellationTokenSource(Patience);
        try
        {
            while (!enough(text.GetBuffer().AsSpan(0, (int)text.Length)) && await socket.ReceiveAsync(part, bound.Token) is > 0 and var length)
                text.Write(part, 0, length);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
