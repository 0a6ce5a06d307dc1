using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace StreamActors.Server.Http;

/// <summary>
/// How long a connection that HTTP is done with may take to hand its last bytes to a client that does not read. Then it is reset;
/// Kestrel alone would wait for ever.
/// </summary>
internal sealed class LastBytes
{
    /// <summary>After a cut nobody is owed more than a chance to see why.</summary>
    private static readonly TimeSpan AfterCut = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan AMoment = TimeSpan.FromMilliseconds(500);

    private TimeSpan _within;

    /// <summary>Bounds every connection of a listener.</summary>
    /// <param name="listen">The listener.</param>
    /// <param name="within">How long where nothing was cut.</param>
    public static void Bound(ListenOptions listen, TimeSpan within) => listen.Use(next => async connection =>
    {
        var last = new LastBytes { _within = within };
        connection.Features.Set(last);
        try
        {
            await next(connection);
        }
        finally
        {
            _ = last.ResetAfterwardsAsync(connection);
        }
    });

    /// <summary>The connection of this request ends with a cut.</summary>
    public static void Cut(HttpContext context) => context.Features.GetRequiredFeature<LastBytes>()._within = AfterCut;

    private async Task ResetAfterwardsAsync(ConnectionContext connection)
    {
        var socket = connection.Features.GetRequiredFeature<IConnectionSocketFeature>().Socket;
        var closed = connection.ConnectionClosed;
        await Task.Delay(_within, closed).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // Closed says that nothing comes from the client any more; there may be bytes on their way to it all the same. Mostly
        // there are none, and the socket goes in a moment.
        foreach (var wait in closed.IsCancellationRequested ? [AMoment, _within] : Array.Empty<TimeSpan>())
        {
            if (socket.SafeHandle.IsClosed)
                return;
            await Task.Delay(wait).ConfigureAwait(false);
        }

        if (!socket.SafeHandle.IsClosed)
            connection.Abort(new ConnectionAbortedException("The client did not take its last bytes."));
    }
}
