using System.Globalization;
using System.Net;

namespace StreamActors.Server.Tests.Support;

/// <summary>The server's end of a client's connection, as the kernel's tables show it.</summary>
/// <param name="server">Its own end.</param>
/// <param name="client">The client's end.</param>
public sealed class ServerSocket(IPEndPoint server, IPEndPoint client)
{
    private const int LocalAddress = 1;
    private const int RemoteAddress = 2;
    private const int Queues = 4;
    private const int Inode = 9;

    /// <summary>The process has it, open or about to close. What the kernel still does with one that was closed is not counted.</summary>
    public bool IsHeld => Row(server, client) is { } row && row[Inode] != "0";

    /// <summary>How much the kernel has taken that the client has not read, on both sides of the connection.</summary>
    public int Unread => Queue(Row(server, client), received: false) + Queue(Row(client, server), received: true);

    private static string[]? Row(IPEndPoint local, IPEndPoint remote) => File.ReadLines("/proc/net/tcp").Concat(File.ReadLines("/proc/net/tcp6"))
        .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        .FirstOrDefault(row => IsAt(row[LocalAddress], local) && IsAt(row[RemoteAddress], remote));

    private static bool IsAt(string address, IPEndPoint end) => address.EndsWith($":{end.Port:X4}", StringComparison.Ordinal);

    private static int Queue(string[]? row, bool received) =>
        row is null ? 0 : int.Parse(row[Queues].Split(':')[received ? 1 : 0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
}
