using System.Collections.Concurrent;
using StreamActors.Soak.Checks;

namespace StreamActors.Soak.Traffic;

/// <summary>What all clients of a soak share: the server's address and what they note.</summary>
internal sealed class World(Uri server)
{
    private long _prompts;
    private int _live;

    public Uri Server { get; } = server;

    public ConcurrentQueue<string> Surprises { get; } = new();

    public ConcurrentQueue<ReceiptNote> Receipts { get; } = new();

    /// <summary>How often each fault was injected.</summary>
    public ConcurrentDictionary<string, long> Faults { get; } = new(StringComparer.Ordinal);

    public long Prompts => Interlocked.Read(ref _prompts);

    public int Live => Volatile.Read(ref _live);

    public void Sent()
    {
        Interlocked.Increment(ref _prompts);
        Interlocked.Increment(ref _live);
    }

    public void Over() => Interlocked.Decrement(ref _live);

    public void Injected(string fault) => Faults.AddOrUpdate(fault, 1, (_, count) => count + 1);
}
