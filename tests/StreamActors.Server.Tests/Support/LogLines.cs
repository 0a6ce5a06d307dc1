using System.Collections.Concurrent;
using Serilog.Core;
using Serilog.Events;
using StreamActors.Server.Hosting;

namespace StreamActors.Server.Tests.Support;

/// <summary>The log in memory, formatted as it would stand in the file.</summary>
public sealed class LogLines : ILogEventSink
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly LineFormatter _formatter = new();

    public IReadOnlyList<string> All => [.. _lines];

    public IReadOnlyList<string> Of(string name) => [.. _lines.Where(line => line.Contains($" {name} ", StringComparison.Ordinal))];

    /// <summary>Starts anew.</summary>
    public void Forget() => _lines.Clear();

    public void Emit(LogEvent logEvent)
    {
        using var text = new StringWriter();
        _formatter.Format(logEvent, text);
        _lines.Enqueue(text.ToString().TrimEnd('\n'));
    }
}
