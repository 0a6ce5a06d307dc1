using System.Runtime.InteropServices;
using Microsoft.Extensions.Options;
using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Signals: the first SIGTERM, SIGINT or SIGHUP drains and then stops, the second ends the process at once. The framework's own
/// lifetime announces the stop first, upon which the actor system ends under the streams that were to finish. Whatever does not
/// stop in time (a backend that holds its thread, a connection that takes nothing) is not waited for.
/// </summary>
internal sealed class SignalLifetime(
    Drain drain, IHostApplicationLifetime application, IOptions<HostOptions> host, ServerOptions options, Serilog.ILogger log)
    : IHostLifetime, IDisposable
{
    private const int EndedBySignal = 128 + 15;

    /// <summary>What stopping may take after the drain before it is waited for no longer; the last frames had their second.</summary>
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(2);

    /// <summary>From the signal to the end of the process, beyond the drain time.</summary>
    private static readonly TimeSpan EndWithin = TimeSpan.FromSeconds(4);

    private static readonly TimeSpan LastLines = TimeSpan.FromMilliseconds(500);

    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signals;

    public Task WaitForStartAsync(CancellationToken cancellationToken)
    {
        foreach (var signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGHUP })
            _registrations.Add(PosixSignalRegistration.Create(signal, OnSignal));
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _registrations.ForEach(registration => registration.Dispose());

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
            Environment.Exit(EndedBySignal);
        new Thread(EndInTime) { IsBackground = true, Name = "end in time" }.Start();
        _ = DrainAndStopAsync();
    }

    private async Task DrainAndStopAsync()
    {
        await drain.RunAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        // The drain has had its time; a stop without a signal has it still before it.
        host.Value.ShutdownTimeout = StopWithin;
        application.StopApplication();
    }

    /// <summary>On a thread of its own, which needs nobody to let go of another.</summary>
    private void EndInTime()
    {
        using var never = new ManualResetEventSlim();
        never.Wait(options.DrainTimeout + EndWithin);
        log.Warning("Not everything has stopped in time; the process ends without it");
        var flush = new Thread(() => (log as IDisposable)?.Dispose()) { IsBackground = true };
        flush.Start();
        flush.Join(LastLines);
        Environment.Exit(0);
    }
}
