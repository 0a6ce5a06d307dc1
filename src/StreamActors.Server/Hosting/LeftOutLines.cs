using Serilog.Sinks.Async;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Counts the lines that a queue of the log left out, since it was full or since its file took none, and says how many:
/// <c>log_lines_left_out queue= total=</c>.
/// </summary>
/// <param name="queue">The queue's name.</param>
/// <param name="time">When to look.</param>
internal sealed class LeftOutLines(string queue, TimeProvider time) : IAsyncLogEventSinkMonitor, IDisposable
{
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private IAsyncLogEventSinkInspector? _queue;
    private ITimer? _timer;
    private long _lost;
    private long _told;

    /// <summary>Where to say it: the other queue may have room.</summary>
    public Serilog.ILogger? Log { get; set; }

    /// <summary>Done at each look, before the count.</summary>
    public Action? Look { get; set; }

    /// <summary>How many events wait in it.</summary>
    public int Waiting => _queue?.Count ?? 0;

    /// <summary>How many lines were left out since the start.</summary>
    public long Total => (_queue?.DroppedMessagesCount ?? 0) + Interlocked.Read(ref _lost);

    /// <summary>Lines that had left the queue and were not written.</summary>
    public void Add(long lines) => Interlocked.Add(ref _lost, lines);

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        _queue = inspector;
        _timer = time.CreateTimer(_ => LookAt(), null, LookEvery, LookEvery);
    }

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector) => Dispose();

    public void Dispose() => _timer?.Dispose();

    private void LookAt()
    {
        Look?.Invoke();
        var total = Total;
        if (Interlocked.Exchange(ref _told, total) != total)
            Log?.Warning("log_lines_left_out queue={queue} total={total}", queue, total);
    }
}
