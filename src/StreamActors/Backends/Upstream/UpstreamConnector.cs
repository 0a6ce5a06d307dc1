using System.Net;
using System.Net.Sockets;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Makes connections as RFC 8305 says: the addresses of a name take turns by family; where one has not answered within 250 ms or has failed, the next is
/// tried beside it. The first that answers wins and the others are closed. The bound is the caller's: the token that <c>ConnectTimeout</c> cancels.
/// </summary>
internal static class UpstreamConnector
{
    /// <summary>Each attempt holds a socket; real names have fewer addresses.</summary>
    private const int MostAddresses = 16;

    private static readonly TimeSpan NextAfter = TimeSpan.FromMilliseconds(250);

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <param name="context">What to connect to.</param>
    /// <param name="handles">The account of connections.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, UpstreamHandles handles, CancellationToken cancellation)
    {
        var target = context.DnsEndPoint;
        var addresses = await AddressesAsync(target.Host, Dns.GetHostAddressesAsync, cancellation).ConfigureAwait(false);
        await handles.TakeAsync(cancellation).ConfigureAwait(false);
        try
        {
            return new HandleStream(await ConnectAsync(InTurns(addresses), target.Port, cancellation).ConfigureAwait(false), handles);
        }
        catch
        {
            handles.GiveBack();
            throw;
        }
    }

    /// <summary>
    /// The addresses of a host. Most systems cannot stop a lookup that has begun, so a cancelled one is left behind: it ends when the name
    /// service answers or the system gives up.
    /// </summary>
    internal static async Task<IPAddress[]> AddressesAsync(string host, Func<string, CancellationToken, Task<IPAddress[]>> lookUp, CancellationToken cancellation) =>
        IPAddress.TryParse(host, out var literal)
            ? [literal]
            : await lookUp(host, cancellation).WaitAsync(cancellation).ConfigureAwait(false);

    /// <summary>The family of the first address first, as the system sorted them, then one of each in turn.</summary>
    internal static IReadOnlyList<IPAddress> InTurns(IReadOnlyList<IPAddress> addresses)
    {
        var families = addresses.Select(Plain).Distinct().GroupBy(a => a.AddressFamily).Select(family => new Queue<IPAddress>(family)).ToList();
        var turns = new List<IPAddress>();
        while (turns.Count < MostAddresses && families.Any(family => family.Count > 0))
            turns.AddRange(families.Where(family => family.Count > 0).Select(family => family.Dequeue()));
        return turns;
    }

    /// <summary>IPv4 as such; what stands for every address of this machine where one listens is this machine.</summary>
    private static IPAddress Plain(IPAddress address) =>
        address.IsIPv4MappedToIPv6 ? Plain(address.MapToIPv4())
        : address.Equals(IPAddress.Any) ? IPAddress.Loopback
        : address.Equals(IPAddress.IPv6Any) ? IPAddress.IPv6Loopback
        : address;

    /// <summary>The connection that is made first.</summary>
    /// <exception cref="ConnectFailedException">None was made.</exception>
    internal static async Task<Socket> ConnectAsync(IReadOnlyList<IPAddress> addresses, int port, CancellationToken cancellation)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var attempts = new List<Attempt>();
        var failures = new List<ConnectFailure>();
        Socket? won = null;
        try
        {
            for (var next = 0; won is null && (next < addresses.Count || attempts.Count > 0);)
            {
                if (next < addresses.Count)
                    attempts.Add(new Attempt(addresses[next], OneAsync(addresses[next++], port, over.Token)));
                await AnyAsync(attempts, next < addresses.Count, over.Token).ConfigureAwait(false);
                foreach (var done in attempts.Where(a => a.Made.IsCompleted).ToList())
                {
                    attempts.Remove(done);
                    var made = await done.Made.ConfigureAwait(false);
                    won ??= made.Socket;
                    if (made.Socket is null)
                        failures.Add(new ConnectFailure(done.Address.AddressFamily, made.Error));
                    else if (made.Socket != won)
                        made.Socket.Dispose();
                }
            }
        }
        finally
        {
            await over.CancelAsync().ConfigureAwait(false);
            foreach (var late in attempts)
                _ = CloseAsync(late.Made);
        }

        return won ?? throw new ConnectFailedException(failures);
    }

    /// <summary>Waits for one of them; where another address is left, a quarter of a second at most.</summary>
    private static async Task AnyAsync(List<Attempt> attempts, bool hasNext, CancellationToken over)
    {
        var any = attempts.Count == 1 ? attempts[0].Made : (Task)Task.WhenAny(attempts.Select(a => a.Made));
        if (!hasNext)
        {
            await any.ConfigureAwait(false);
            return;
        }

        try
        {
            await any.WaitAsync(NextAfter, over).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is TimeoutException or OperationCanceledException)
        {
            // The next one's turn; or the time is over, and every attempt says so.
        }
    }

    /// <summary>One attempt. It does not throw: the socket, or how it failed.</summary>
    private static async Task<Made> OneAsync(IPAddress address, int port, CancellationToken over)
    {
        Socket? socket = null;
        try
        {
            socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            KeepAlive.Set(socket);
            await socket.ConnectAsync(new IPEndPoint(address, port), over).ConfigureAwait(false);
            return new Made(socket, default);
        }
        catch (Exception failure) when (failure is SocketException or OperationCanceledException or ObjectDisposedException)
        {
            socket?.Dispose();
            return new Made(null, (failure as SocketException)?.SocketErrorCode ?? SocketError.TimedOut);
        }
    }

    private static async Task CloseAsync(Task<Made> late) => (await late.ConfigureAwait(false)).Socket?.Dispose();

    private sealed record Attempt(IPAddress Address, Task<Made> Made);

    private readonly record struct Made(Socket? Socket, SocketError Error);
}

/// <summary>How one address did not take the connection; timed out where the time was over first.</summary>
internal sealed record ConnectFailure(AddressFamily Family, SocketError Error);

/// <summary>No address of the name took the connection.</summary>
internal sealed class ConnectFailedException(IReadOnlyList<ConnectFailure> failures)
    : IOException($"No connection: {string.Join(", ", failures.Select(f => $"{f.Family} {f.Error}"))}")
{
    /// <summary>One for each address that was tried, none where the name has none.</summary>
    public IReadOnlyList<ConnectFailure> Failures { get; } = failures;
}
