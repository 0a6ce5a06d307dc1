using System.Net;
using System.Net.Sockets;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;
using StreamActors.Server.Hosting;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>Why a model server cannot be reached is told apart for the operator.</summary>
public class UnreachableTests
{
    [Fact]
    public async Task Nothing_listens()
    {
        using var refusing = new RefusingAddress();

        Assert.Equal((EndReason.BackendUnreachable, "Nothing listens at Backends:up:Url: the connection was refused."), await AskAsync(refusing.Url));
    }

    [Fact]
    public async Task Nothing_answers()
    {
        using var deaf = new Socket(SocketType.Stream, ProtocolType.Tcp);
        deaf.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        deaf.Listen(0);
        var queued = Enumerable.Range(0, 4).Select(_ => new Socket(SocketType.Stream, ProtocolType.Tcp)).ToList();
        foreach (var socket in queued)
            _ = socket.ConnectAsync(deaf.LocalEndPoint!);

        Assert.Equal(
            (EndReason.BackendUnreachable, "No connection to Backends:up:Url within Backends:up:ConnectTimeout (0.3 s): it does not answer."),
            await AskAsync($"http://{deaf.LocalEndPoint}/v1", 0.3));
        queued.ForEach(socket => socket.Dispose());
    }

    [Fact]
    public async Task The_name_is_unknown()
    {
        var (reason, cause) = await AskAsync("http://no-such-name.invalid/v1", 30);

        Assert.Equal(EndReason.BackendUnreachable, reason);
        Assert.StartsWith("The name in Backends:up:Url ", cause);
    }

    [Fact]
    public async Task It_accepts_and_does_not_go_on_with_the_handshake_of_TLS()
    {
        using var silent = new TcpListener(IPAddress.Loopback, 0);
        silent.Start();

        Assert.Equal(
            (EndReason.BackendUnreachable, "No connection to Backends:up:Url was ready within Backends:up:ConnectTimeout (0.3 s)."),
            await AskAsync($"https://{silent.LocalEndpoint}/v1", 0.3));
    }

    [Fact]
    public async Task It_closes_without_an_answer()
    {
        await using var upstream = new RawUpstream();
        using var backend = new OpenAiCompatibleBackend("up", new BackendOptions { Url = new Uri(upstream.Url) });
        await using var answer = backend.StreamAsync(new ChatRequest("up", "m", "{}"u8.ToArray(), Stream: true), default).GetAsyncEnumerator();
        var asking = answer.MoveNextAsync().AsTask();
        await (await upstream.NextCallAsync()).CloseAsync();

        var failure = await Assert.ThrowsAsync<BackendException>(() => asking);
        Assert.Equal((EndReason.BackendError, "The server at Backends:up:Url closes connections without an answer: is it https://?"), (failure.Reason, failure.Cause));
    }

    [Fact]
    public async Task A_clients_connection_is_kept_alive_as_the_model_servers_is()
    {
        using var listening = ClientKeepAlive.Listen(new IPEndPoint(IPAddress.Loopback, 0));
        listening.Listen(1);
        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(listening.LocalEndPoint!);

        using var accepted = await listening.AcceptAsync();

        Assert.NotEqual(0, (int)accepted.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.Equal(30, (int)accepted.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
    }

    private static async Task<(EndReason Reason, string? Cause)> AskAsync(string url, double seconds = 5)
    {
        using var backend = new OpenAiCompatibleBackend("up", new BackendOptions { Url = new Uri(url), ConnectTimeout = TimeSpan.FromSeconds(seconds) });
        var failure = await Assert.ThrowsAsync<BackendException>(() => backend.ListModelsAsync(default));
        return (failure.Reason, failure.Cause);
    }
}
