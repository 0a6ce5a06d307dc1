using System.Buffers.Binary;
using System.ComponentModel;
using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace StreamActors.Benchmarks.Load;

/// <summary>
/// Linux's epoll, level-triggered, for reading. <see cref="Socket.Select(System.Collections.IList, System.Collections.IList, System.Collections.IList, int)"/>
/// looks at every socket each time, which is what a generator with thousands of them cannot pay for.
/// </summary>
internal sealed partial class Epoll : IDisposable
{
    private const int MaxEvents = 4096;
    private const int ControlAdd = 1;
    private const uint Readable = 1;
    private const int Interrupted = 4;

    /// <summary>The kernel packs the structure on x86-64 and nowhere else.</summary>
    private static readonly bool Packed = RuntimeInformation.ProcessArchitecture == Architecture.X64;
    private static readonly int EventSize = Packed ? 12 : 16;
    private static readonly int DataOffset = Packed ? 4 : 8;

    private readonly byte[] _events = GC.AllocateArray<byte>(EventSize * MaxEvents, pinned: true);
    private readonly int _epoll = Checked(Create(0));

    /// <summary>Watches a socket until it is closed.</summary>
    /// <param name="socket">What to watch.</param>
    /// <param name="slot">Given back with its events.</param>
    public void Watch(Socket socket, int slot)
    {
        Span<byte> entry = stackalloc byte[EventSize];
        entry.Clear();
        BinaryPrimitives.WriteUInt32LittleEndian(entry, Readable);
        BinaryPrimitives.WriteInt32LittleEndian(entry[DataOffset..], slot);
        Checked(Control(_epoll, ControlAdd, (int)socket.SafeHandle.DangerousGetHandle(), entry));
    }

    /// <summary>Waits for events.</summary>
    /// <param name="milliseconds">At most so long.</param>
    /// <returns>How many there are.</returns>
    public int Wait(int milliseconds)
    {
        var count = Wait(_epoll, _events, MaxEvents, milliseconds);
        return count < 0 && Marshal.GetLastPInvokeError() == Interrupted ? 0 : Checked(count);
    }

    /// <summary>The slot of one of the events.</summary>
    public int Slot(int index) => BinaryPrimitives.ReadInt32LittleEndian(_events.AsSpan((index * EventSize) + DataOffset));

    public void Dispose() => _ = Close(_epoll);

    private static int Checked(int result) => result >= 0 ? result : throw new Win32Exception(Marshal.GetLastPInvokeError());

    [LibraryImport("libc", EntryPoint = "epoll_create1", SetLastError = true)]
    private static partial int Create(int flags);

    [LibraryImport("libc", EntryPoint = "epoll_ctl", SetLastError = true)]
    private static partial int Control(int epoll, int operation, int handle, Span<byte> entry);

    [LibraryImport("libc", EntryPoint = "epoll_wait", SetLastError = true)]
    private static partial int Wait(int epoll, byte[] events, int most, int milliseconds);

    [LibraryImport("libc", EntryPoint = "close")]
    private static partial int Close(int handle);
}
