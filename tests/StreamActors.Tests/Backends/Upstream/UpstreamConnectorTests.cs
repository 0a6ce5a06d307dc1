using System.Net;
using System.Net.Sockets;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends.Upstream;

/// <summary>A name with several addresses, of which some take no connection.</summary>
public class UpstreamConnectorTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <summary>How each address behaves, in the system's order, and which one the connection is made with (none: -1).</summary>
    [Theory]
    [InlineData("listens", 0)]
    [InlineData("refuses,listens", 1)]
    [InlineData("swallows,listens", 1)]
    [InlineData("listens,swallows", 0)]
    [InlineData("listens,listens", 0)]
    [InlineData("refuses,swallows,listens", 2)]
    [InlineData("swallows,refuses,listens", 2)]
    [InlineData("swallows,swallows,listens", 2)]
    [InlineData("refuses,refuses,refuses,listens", 3)]
    [InlineData("refuses", -1)]
    [InlineData("refuses,refuses", -1)]
    [InlineData("swallows", -1)]
    [InlineData("refuses,swallows", -1)]
    [InlineData("swallows,refuses", -1)]
    public async Task The_first_that_answers_is_used(string shapes, int expected)
    {
        using var hosts = new Hosts(shapes.Split(','));
        using var bound = new CancellationTokenSource(expected < 0 ? TimeSpan.FromSeconds(0.6) : Patience);

        var connecting = UpstreamConnector.ConnectAsync(hosts.Addresses, hosts.Port, bound.Token);

        if (expected >= 0)
        {
            using var socket = await connecting;
            Assert.Equal(hosts.Addresses[expected], ((IPEndPoint)socket.RemoteEndPoint!).Address);
            Assert.True(socket.NoDelay);
            AssertKeepsAlive(socket);
            return;
        }

        var failures = (await Assert.ThrowsAsync<ConnectFailedException>(() => connecting)).Failures;
        Assert.Equal(
            shapes.Split(',').Order().Select(s => s == "refuses" ? SocketError.ConnectionRefused : SocketError.TimedOut),
            failures.Select(f => f.Error).OrderBy(e => e == SocketError.ConnectionRefused ? 0 : 1));
    }

    [Fact]
    public async Task An_address_is_not_tried_while_the_one_before_it_may_still_answer_soon()
    {
        using var hosts = new Hosts(["listens", "listens"]);

        using var socket = await UpstreamConnector.ConnectAsync(hosts.Addresses, hosts.Port, default);

        Assert.False(hosts.IsPending(1));
    }

    [Fact]
    public async Task A_name_service_that_does_not_answer_is_waited_for_no_longer_than_a_connection_may_take()
    {
        using var bound = new CancellationTokenSource();
        var asked = UpstreamConnector.AddressesAsync("models.example", (_, _) => new TaskCompletionSource<IPAddress[]>().Task, bound.Token);

        await bound.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked.WaitAsync(Patience));
    }

    [Fact]
    public async Task A_name_without_an_address_fails() =>
        Assert.Empty((await Assert.ThrowsAsync<ConnectFailedException>(() => UpstreamConnector.ConnectAsync([], 1, default))).Failures);

    [Theory]
    [InlineData("::1,::2,1.1.1.1,2.2.2.2", "::1,1.1.1.1,::2,2.2.2.2")]
    [InlineData("1.1.1.1,2.2.2.2,::1", "1.1.1.1,::1,2.2.2.2")]
    [InlineData("1.1.1.1,1.1.1.1,2.2.2.2", "1.1.1.1,2.2.2.2")]
    [InlineData("::1", "::1")]
    [InlineData("::ffff:10.1.2.3,10.1.2.3", "10.1.2.3")]
    [InlineData("0.0.0.0,::", "127.0.0.1,::1")]
    [InlineData("", "")]
    public void Families_take_turns(string addresses, string expected) => Assert.Equal(
        expected,
        string.Join(',', UpstreamConnector.InTurns([.. addresses.Split(',', StringSplitOptions.RemoveEmptyEntries).Select(IPAddress.Parse)])));

    [Fact]
    public void Of_a_great_many_addresses_the_first_sixteen_are_tried() =>
        Assert.InRange(UpstreamConnector.InTurns([.. Enumerable.Range(1, 200).Select(i => new IPAddress([10, 0, 0, (byte)i]))]).Count, 16, 17);

    private static void AssertKeepsAlive(Socket socket)
    {
        Assert.NotEqual(0, (int)socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive)!);
        Assert.Equal(30, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime)!);
        Assert.Equal(10, (int)socket.GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval)!);
    }

    /// <summary>Addresses 127.0.0.2 and following with one port, each of its own behaviour.</summary>
    private sealed class Hosts : IDisposable
    {
        private readonly List<Socket> _sockets = [];

        public Hosts(string[] shapes)
        {
            for (var i = 0; i < shapes.Length; i++)
            {
                Addresses.Add(new IPAddress([127, 0, 0, (byte)(i + 2)]));
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _sockets.Add(socket);
                socket.Bind(new IPEndPoint(Addresses[i], Port));
                Port = ((IPEndPoint)socket.LocalEndPoint!).Port;
                if (shapes[i] != "refuses")
                    socket.Listen(shapes[i] == "swallows" ? 0 : 10);
                if (shapes[i] == "swallows")
                    Fill(Addresses[i]);
            }
        }

        public List<IPAddress> Addresses { get; } = [];

        public int Port { get; private set; }

        public bool IsPending(int address) => _sockets[address].Poll(0, SelectMode.SelectRead);

        public void Dispose() => _sockets.ForEach(s => s.Dispose());

        /// <summary>With its queue full, the system drops what comes after.</summary>
        private void Fill(IPAddress address)
        {
            for (var i = 0; i < 4; i++)
            {
                var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
                _ = socket.ConnectAsync(new IPEndPoint(address, Port));
                _sockets.Add(socket);
            }
        }
    }
}
