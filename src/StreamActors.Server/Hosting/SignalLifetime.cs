using System.Runtime.InteropServices;

namespace StreamActors.Server.Hosting;

/// <summary>
/// Signals: the first SIGTERM, SIGINT or SIGHUP drains and then stops, the second ends the process at once. The framework's own
/// lifetime announces the stop first, upon which the actor system ends under the streams that were to finish.
/// </summary>
internal sealed class SignalLifetime(Drain drain, IHostApplicationLifetime application) : IHostLifetime, IDisposable
{
    private const int EndedBySignal = 128 + 15;

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
        _ = DrainAndStopAsync();
    }

    private async Task DrainAndStopAsync()
    {
        await drain.RunAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        application.StopApplication();
    }
}
