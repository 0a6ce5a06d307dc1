using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>
/// What a client has not read when its connection is to close. The kernel takes no more for it, and what the server still holds is
/// so little that no write waits: nothing but a bound on the connection itself can let go of it.
/// </summary>
public class LastBytesTests
{
    private const string Session = "full";
    private const int HeldByServer = 40_000;
    private static readonly string Small = Chunks.Content(new string('x', 4_000));
    private static readonly TimeSpan Watched = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan AFewSeconds = TimeSpan.FromSeconds(5);

    [Theory]
    [InlineData(false, "1.1")]
    [InlineData(true, "1.1")]
    [InlineData(false, "1.0")]
    [InlineData(true, "1.0")]
    public async Task After_a_cut_a_client_that_does_not_read_holds_a_socket_of_the_server_for_seconds_only(bool tls, string version)
    {
        await using var both = await StartAsync(tls ? TestCertificate.Endpoint() : []);
        var (client, call) = await FullAsync(both, version: version);
        using var _ = client;

        var (outcome, took) = await both.Server.StopAsync(await both.Server.RunningAsync(Session));

        Assert.Equal(("finished_cleanly", true), (outcome, call.HasClosed));
        Assert.InRange(took, 0, 1000);
        await Eventually.HoldsAsync(() => Assert.False(client.Server.IsHeld), AFewSeconds);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_cut_a_client_that_reads_late_still_gets_its_last_frame(bool tls)
    {
        await using var both = await StartAsync(tls ? TestCertificate.Endpoint() : []);
        var (client, _) = await FullAsync(both);
        using var __ = client;
        await both.Server.StopAsync(await both.Server.RunningAsync(Session));

        var answer = await client.ReadAnswerAsync();

        CutAnswerTests.AssertCut(answer, "client_cancel");
        Assert.All(answer.Events.SkipLast(1), e => Assert.Equal(Small, e.Text));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task After_a_cut_a_client_of_HTTP_1_0_that_reads_late_still_gets_its_last_frame_before_the_reset(bool tls)
    {
        await using var both = await StartAsync(tls ? TestCertificate.Endpoint() : []);
        var (client, _) = await FullAsync(both, version: "1.0");
        using var __ = client;
        await both.Server.StopAsync(await both.Server.RunningAsync(Session));

        await client.ReadToEndAsync();

        Assert.True(client.WasReset);
        Assert.EndsWith("}}\n\n", client.Received);
        Assert.Contains("\"client_cancel\"", client.Received);
    }

    [Fact]
    public async Task After_a_whole_answer_a_client_that_does_not_read_and_wants_no_other_has_the_write_timeout()
    {
        await using var both = await StartAsync(("Server:WriteTimeout", "00:00:01"));
        var (client, call) = await FullAsync(both, "Connection: close\r\n");
        using var _ = client;

        await call.FinishAsync();

        await Books.BalancedAsync(both.Server);
        Assert.Contains(" outcome=completed ", Assert.Single(both.Server.Log.Of("stream_end")));
        Assert.True(client.Server.IsHeld);
        await Eventually.HoldsAsync(() => Assert.False(client.Server.IsHeld), AFewSeconds);
    }

    [Fact]
    public async Task After_a_whole_answer_a_client_that_reads_late_and_wants_no_other_has_all_of_it()
    {
        await using var both = await StartAsync();
        var (client, call) = await FullAsync(both, "Connection: close\r\n");
        using var _ = client;
        await call.FinishAsync();
        await Books.BalancedAsync(both.Server);

        var answer = await client.ReadAnswerAsync();

        Assert.True(answer.Finished);
        Assert.EndsWith("data: [DONE]\n\n", answer.Text);
    }

    /// <summary>Its kernel holds little for each client.</summary>
    private static Task<ServerWithUpstream> StartAsync(params (string Key, string Value)[] settings) => ServerWithUpstream.StartAsync(
        services => services.Configure<SocketTransportOptions>(sockets => sockets.CreateBoundListenSocket = endPoint =>
        {
            var socket = SocketTransportOptions.CreateDefaultBoundListenSocket(endPoint);
            socket.SendBufferSize = 16 * 1024;
            return socket;
        }), settings);

    /// <summary>A stream whose client reads nothing, at the point at which the kernel takes no more and no write waits yet.</summary>
    private static async Task<(RawClient Client, UpstreamCall Call)> FullAsync(ServerWithUpstream both, string headers = "", string version = "1.1")
    {
        var client = await RawClient.ConnectAsync(both.Server, version);
        await client.PostAsync("/v1/chat/completions", ServerWithUpstream.Chat(), $"X-Session-Id: {Session}\r\n{headers}");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        var held = 0;
        for (var tokens = 1; held < HeldByServer; tokens++)
            held = await KernelTakesAsync(both, client, call, tokens) ? 0 : held + Small.Length;
        return (client, call);
    }

    /// <summary>Sends one more event; false: the server has it, and the kernel does not.</summary>
    private static async Task<bool> KernelTakesAsync(ServerWithUpstream both, RawClient client, UpstreamCall call, int tokens)
    {
        var before = client.Server.Unread;
        await call.EventAsync(Small);
        await Eventually.HoldsAsync(() => Assert.Equal(tokens, both.Server.View(Session)!.Progress!.Tokens));
        try
        {
            await Eventually.HoldsAsync(() => Assert.True(client.Server.Unread > before), Watched);
            return true;
        }
        catch (Exception)
        {
            return false;
        }
    }
}
