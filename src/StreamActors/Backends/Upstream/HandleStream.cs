using System.Net.Sockets;

namespace StreamActors.Backends.Upstream;

/// <summary>A connection's socket, whose handle is given back when it is closed.</summary>
internal sealed class HandleStream(Socket socket, UpstreamHandles handles) : NetworkStream(socket, ownsSocket: true)
{
    private int _closed;

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (Interlocked.Exchange(ref _closed, 1) == 0)
            handles.GiveBack();
    }
}
