using System.IO.Pipelines;
using System.Net.Sockets;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using StreamActors.Server.Http.Proxies;

namespace StreamActors.Server.Http;

/// <summary>
/// The end of a connection that HTTP is done with. It may take only so long to hand its last bytes to a client that does not read, then it
/// is reset: Kestrel alone would wait for ever. And where the end of the connection is what ends an answer, it is reset unless the answer
/// is whole.
/// </summary>
internal sealed class LastBytes
{
    /// <summary>After a cut nobody is owed more than a chance to see why.</summary>
    private static readonly TimeSpan AfterCut = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(500);

    /// <summary>
    /// To read what its kernel has taken, before it learns of the end. Proxies that learn of both at once may drop the last frame (Apache over HTTP/2), or
    /// take a reset for a close (Apache over HTTP/1.0, 33 times of 200; none of 200 with 10 ms).
    /// </summary>
    private static readonly TimeSpan ToRead = TimeSpan.FromMilliseconds(100);

    private static readonly LingerOption Reset = new(enable: true, seconds: 0);
    private static readonly LingerOption Close = new(enable: false, seconds: 0);

    private readonly ConnectionContext _connection;
    private readonly Socket _socket;
    private readonly CountedOutput _output;
    private TimeSpan _within;
    private bool _endIsReset;

    private LastBytes(ConnectionContext connection, TimeSpan within)
    {
        (_connection, _within) = (connection, within);
        _socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        _output = new CountedOutput(connection.Transport.Output);
        connection.Transport = new Transport(connection.Transport.Input, _output);
    }

    /// <summary>Bounds every connection of a listener.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="within">How long where nothing was cut.</param>
    public static void Bound(ListenOptions listen, TimeSpan within) => listen.Use(next => async connection =>
    {
        var last = new LastBytes(connection, within);
        connection.Features.Set(last);
        try
        {
            await next(connection);
        }
        finally
        {
            if (last._output.KeepsEnd)
                await last.TakenAsync();
            if (last._endIsReset)
                connection.Abort(new ConnectionAbortedException("The answer was cut."));
            else
                _ = last.ResetAfterwardsAsync();
        }
    });

    /// <summary>The connection of this request ends with a cut.</summary>
    public static void Cut(HttpContext context)
    {
        var last = Of(context);
        last._within = AfterCut;
        last._output.KeepsEnd |= Arrival.Of(context).ThroughProxy;
    }

    /// <summary>
    /// An answer begins whose end is the end of the connection: HTTP/1.0 has no other where the length is not known. Unless
    /// <see cref="EndIsProperAsync"/> is said it is a reset, also where this process dies.
    /// </summary>
    public static void EndIsReset(HttpContext context) => Of(context).Make(Reset);

    /// <summary>The answer has been sent whole: its connection may be closed, and over TLS says that it is closed on purpose.</summary>
    public static async Task EndIsProperAsync(HttpContext context)
    {
        var last = Of(context);
        if (!last._endIsReset)
            return;
        last.Make(Close);
        if (context.Response.ContentLength is null && context.Features.Get<ISslStreamFeature>() is { SslStream: var tls })
            await tls.ShutdownAsync();
    }

    private static LastBytes Of(HttpContext context) => context.Features.GetRequiredFeature<LastBytes>();

    private void Make(LingerOption linger)
    {
        _endIsReset = _output.KeepsEnd = linger.Enabled;
        try
        {
            _socket.LingerState = linger;
        }
        catch (Exception failure) when (failure is SocketException or ObjectDisposedException)
        {
            // The client was first: there is no end left to be marked.
        }
    }

    /// <summary>A reset throws away what is on its way, so not before all of it has been taken and could be read.</summary>
    private async Task TakenAsync()
    {
        await Acknowledged.WaitAsync(_socket, _output.Flushed, AfterCut);
        await Task.Delay(ToRead, _connection.ConnectionClosed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ResetAfterwardsAsync()
    {
        var closed = _connection.ConnectionClosed;
        await Task.Delay(_within, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Closed says that nothing comes from the client any more; there may be bytes on their way to it all the same. Mostly
        // there are none, and the socket goes in a moment.
        foreach (var wait in closed.IsCancellationRequested ? [AMoment, _within] : Array.Empty<TimeSpan>())
        {
            if (_socket.SafeHandle.IsClosed)
                return;
            await Task.Delay(wait).ConfigureAwait(false);
        }

        if (!_socket.SafeHandle.IsClosed)
            _connection.Abort(new ConnectionAbortedException("The client did not take its last bytes."));
    }

    private sealed record Transport(PipeReader Input, PipeWriter Output) : IDuplexPipe;
}
