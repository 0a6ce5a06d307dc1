using System.Diagnostics;
using System.Net.Sockets;

namespace StreamActors.Server.Http;

/// <summary>
/// Whether the other side's kernel has all that was sent, by what Linux tells of a TCP connection (<c>tcp_info</c> of <c>linux/tcp.h</c>).
/// From then on a reset takes nothing away: what a Linux has acknowledged can be read there also after a reset.
/// </summary>
internal static class Acknowledged
{
    private const int Tcp = 6;
    private const int TcpInfo = 11;
    private const int Unacknowledged = 24;
    private const int BytesAcknowledged = 120;
    private const int NotSent = 144;

    /// <summary>Where the kernel does not say, a client has this long.</summary>
    private static readonly TimeSpan Unknown = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(16);

    /// <summary>Waits until the other side has everything, or is gone, or the time is over. Linux has no event for it, so it is asked again and again.</summary>
    /// <param name="socket">The connection.</param>
    /// <param name="written">How many bytes have been sent on it in all.</param>
    /// <param name="within">The bound.</param>
    public static async Task WaitAsync(Socket socket, long written, TimeSpan within)
    {
        var since = Stopwatch.GetTimestamp();
        for (var pause = TimeSpan.FromMilliseconds(1); ; pause = pause < Longest ? 2 * pause : pause)
        {
            if (IsWhole(socket, written) is not { } whole)
            {
                await Task.Delay(Unknown < within ? Unknown : within).ConfigureAwait(false);
                return;
            }

            if (whole || Stopwatch.GetElapsedTime(since) >= within)
                return;
            await Task.Delay(pause).ConfigureAwait(false);
        }
    }

    /// <summary>Whether nothing is on its way any more; null where the kernel does not tell.</summary>
    private static bool? IsWhole(Socket socket, long written)
    {
        Span<byte> info = stackalloc byte[NotSent + sizeof(int)];
        try
        {
            if (!OperatingSystem.IsLinux() || socket.GetRawSocketOption(Tcp, TcpInfo, info) < info.Length)
                return null;
        }
        catch (ObjectDisposedException)
        {
            return true;
        }
        catch (SocketException)
        {
            return null;
        }

        return BitConverter.ToInt32(info[Unacknowledged..]) == 0 && BitConverter.ToInt32(info[NotSent..]) == 0
            && BitConverter.ToInt64(info[BytesAcknowledged..]) >= written;
    }
}
