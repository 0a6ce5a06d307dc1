using Serilog.Core;
using Serilog.Events;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Writes a queue's events some at a time: after a pause in which more may come, all that wait, and then what they make goes out together. A
/// thread that wakes for each event takes the processor from the very prompt that the event is of.
/// </summary>
/// <param name="inner">Writes an event.</param>
/// <param name="flush">Sends out what was written.</param>
/// <param name="queue">Where the events wait.</param>
internal sealed class InBursts(ILogEventSink inner, Action flush, LeftOutLines queue) : ILogEventSink, IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(10);

    private bool _sent = true;

    public void Emit(LogEvent logEvent)
    {
#pragma warning disable RS0030 // The pause itself is wanted; the thread is the queue's own.
        if (_sent)
            Thread.Sleep(Pause);
#pragma warning restore RS0030
        _sent = false;
        try
        {
            inner.Emit(logEvent);
        }
        finally
        {
            if (queue.Waiting == 0)
            {
                _sent = true;
                flush();
            }
        }
    }

    public void Dispose() => flush();
}

/// <summary>Writes events to a writer, which sends them out when it is told to.</summary>
internal sealed class WriterSink(Serilog.Formatting.ITextFormatter formatter, TextWriter writer) : ILogEventSink
{
    public void Emit(LogEvent logEvent) => formatter.Format(logEvent, writer);
}
