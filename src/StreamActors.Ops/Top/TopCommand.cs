using Spectre.Console;
using StreamActors.Ops.Client;

namespace StreamActors.Ops.Top;

/// <summary><c>top</c>: looks at the server every second and draws what it sees, until q or Ctrl+C. With nobody to look on: once.</summary>
internal sealed class TopCommand(OperatorClient client, IAnsiConsole console, IAnsiConsoleInput keys, TimeProvider time)
{
    private const int HeightWhereNobodyLooks = 60;
    private static readonly TimeSpan Every = TimeSpan.FromSeconds(1);

    private readonly TopState _state = new(client.Url);

    /// <param name="live">Whether a person looks on and can press keys.</param>
    /// <param name="stop">Ends it.</param>
    /// <exception cref="OperatorException">Nobody looks on, and there is nothing to show; or the key is refused.</exception>
    public async Task<int> RunAsync(bool live, CancellationToken stop)
    {
        if (!live)
        {
            var view = new TopView(console.Profile.Width, HeightWhereNobodyLooks);
            _state.Saw(await LookAsync(view.MostRows, stop));
            console.Write(view.Of(_state));
            return ExitCodes.Done;
        }

        console.WriteAnsi(ansi => ansi.EnterAltScreen().HideCursor());
        try
        {
            using var quit = CancellationTokenSource.CreateLinkedTokenSource(stop);
            var waiting = WaitForQuitAsync(quit);
            await DrawAsync(quit.Token);
            await waiting;
        }
        finally
        {
            console.WriteAnsi(ansi => ansi.ShowCursor().ExitAltScreen());
        }

        return ExitCodes.Done;
    }

    private async Task DrawAsync(CancellationToken quit)
    {
        try
        {
            using var timer = new PeriodicTimer(Every, time);
            do
            {
                // Asked for each time: the window may have another size by now.
                var view = new TopView(console.Profile.Width - 1, console.Profile.Height);
                try
                {
                    _state.Saw(await LookAsync(view.MostRows, quit));
                }
                catch (OperatorException failure)
                {
                    _state.Failed(failure.Message);
                }

                console.Write(new Frame(view.Of(_state), console.Profile.Height));
            }
            while (await timer.WaitForNextTickAsync(quit));
        }
        catch (OperationCanceledException) when (quit.IsCancellationRequested)
        {
            // The person has seen enough.
        }
    }

    private async Task WaitForQuitAsync(CancellationTokenSource quit)
    {
        try
        {
            while (await keys.ReadKeyAsync(intercept: true, quit.Token) is var key)
            {
                if (key is { Key: ConsoleKey.Q or ConsoleKey.Escape } or { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control })
                    break;
            }
        }
        catch (OperationCanceledException)
        {
            // Ended by a signal.
        }

        await quit.CancelAsync();
    }

    private async Task<Snapshot> LookAsync(int rows, CancellationToken stop)
    {
        var figures = await client.AskAsync<Figures>("stats", null, null, stop);
        var backends = await client.AskAsync<BackendList>("backends list", null, null, stop);
        var streams = await client.AskAsync<SessionList>("streams list", null, rows, stop);
        var events = await client.AskAsync<EventList>("events list", null, rows, stop);
        return new Snapshot(figures, backends.Backends, streams, events.Events, time.GetElapsedTime(0));
    }
}
