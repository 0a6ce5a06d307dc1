using System.Net.Sockets;
using System.Text;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>A client that resets its connection while it still sends its body.</summary>
public class ResetInBodyTests
{
    private const int Clients = 200;

    [Fact]
    public async Task Is_no_fault_of_the_server_in_its_log()
    {
        await using var server = await TestServer.StartAsync();

        for (var i = 0; i < Clients; i++)
        {
            await ResetInBodyAsync(server.Address);
            await server.Http.GetStringAsync("/healthz");
        }

        Assert.DoesNotContain(server.Log.All, line => line.Contains(" ERR ", StringComparison.Ordinal));
        await Books.BalancedAsync(server);
    }

    private static async Task ResetInBodyAsync(Uri server)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(server.Host, server.Port);
        await socket.SendAsync(Encoding.ASCII.GetBytes(
            "POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\nExpect: 100-continue\r\n\r\n"));
        // The server asks for the body, so it awaits it.
        await socket.ReceiveAsync(new byte[100]);
        await socket.SendAsync("{\"prompt\":"u8.ToArray());
        socket.LingerState = new LingerOption(enable: true, seconds: 0);
    }
}
