using System.Collections.Concurrent;

namespace StreamActors.Telemetry;

/// <summary>Whether the log's lines get to where they are to go. For any thread.</summary>
public sealed class LogHealth
{
    private readonly ConcurrentDictionary<string, Func<long>> _leftOut = new(StringComparer.Ordinal);
    private volatile string? _fileFault;

    /// <summary>Why the log's file takes no lines now, in the system's words; null where it does, or where there is no file.</summary>
    public string? FileFault
    {
        get => _fileFault;
        set => _fileFault = value;
    }

    /// <summary>How many lines each queue of the log has left out since the start, by the queue's name.</summary>
    public IReadOnlyDictionary<string, long> LeftOut => _leftOut.ToDictionary(q => q.Key, q => q.Value());

    /// <summary>Adds a queue.</summary>
    /// <param name="queue">Its name.</param>
    /// <param name="leftOut">How many lines it has left out.</param>
    public void Add(string queue, Func<long> leftOut) => _leftOut[queue] = leftOut;
}
