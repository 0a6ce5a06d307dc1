namespace StreamActors.Soak.Traffic;

/// <summary>The clients at work: each plays one scenario after another, until all are told to pause or to stop.</summary>
internal sealed class Crowd
{
    private const int LongestRest = 1000;

    private readonly World _world;
    private readonly Task[] _clients;
    private readonly CancellationTokenSource _stop = new();
    private volatile TaskCompletionSource _mayPlay = Open();
    private int _playing;

    public Crowd(World world, int clients, int seed)
    {
        _world = world;
        _clients = [.. Enumerable.Range(0, clients).Select(i => Task.Run(() => PlayAsync(new Client(world, i, new Random(seed + i)))))];
    }

    /// <summary>Waits until no scenario is under way, and lets none begin until <see cref="Resume"/>.</summary>
    /// <returns>False: some did not end in time.</returns>
    public async Task<bool> PauseAsync(TimeSpan within)
    {
        _mayPlay = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var bound = new CancellationTokenSource(within);
        while (Volatile.Read(ref _playing) > 0 && !bound.IsCancellationRequested)
            await Task.Delay(20);
        return Volatile.Read(ref _playing) == 0;
    }

    public void Resume() => _mayPlay.TrySetResult();

    /// <summary>Ends when the last scenario has ended.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        Resume();
        await Task.WhenAll(_clients);
    }

    private static TaskCompletionSource Open()
    {
        var open = new TaskCompletionSource();
        open.SetResult();
        return open;
    }

    private async Task PlayAsync(Client client)
    {
        await Task.Delay(client.Between(0, LongestRest));
        while (!_stop.IsCancellationRequested)
        {
            await _mayPlay.Task;
            if (_stop.IsCancellationRequested)
                return;
            Interlocked.Increment(ref _playing);
            if (!_mayPlay.Task.IsCompleted)
            {
                Interlocked.Decrement(ref _playing);
                continue;
            }

            var play = Mix.Pick(client.Random);
            try
            {
                await play(client);
            }
            catch (Exception failure)
            {
                _world.Surprises.Enqueue($"{play.Method.DeclaringType!.Name}.{play.Method.Name}: {failure}");
            }
            finally
            {
                Interlocked.Decrement(ref _playing);
            }

            if (client.Between(0, 9) == 0)
                client.NextSession();
            await client.PauseAsync(0, LongestRest);
        }
    }
}
