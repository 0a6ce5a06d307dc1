using Serilog.Sinks.Async;

namespace StreamActors.Server.Hosting;

/// <summary>Says how many lines a full queue of the log had to leave out: <c>log_lines_left_out queue= total=</c>.</summary>
/// <param name="queue">The queue's name.</param>
internal sealed class LeftOutLines(string queue) : IAsyncLogEventSinkMonitor
{
    private static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(10);

    private IAsyncLogEventSinkInspector? _queue;
    private ITimer? _timer;
    private long _told;

    /// <summary>Where to say it: the other queue may have room.</summary>
    public Serilog.ILogger? Log { get; set; }

    /// <summary>How many events wait in it.</summary>
    public int Waiting => _queue?.Count ?? 0;

    public void StartMonitoring(IAsyncLogEventSinkInspector inspector)
    {
        _queue = inspector;
        _timer = TimeProvider.System.CreateTimer(_ => Look(inspector.DroppedMessagesCount), null, LookEvery, LookEvery);
    }

    public void StopMonitoring(IAsyncLogEventSinkInspector inspector) => _timer?.Dispose();

    private void Look(long leftOut)
    {
        if (Interlocked.Exchange(ref _told, leftOut) != leftOut)
            Log?.Warning("log_lines_left_out queue={queue} total={total}", queue, leftOut);
    }
}
