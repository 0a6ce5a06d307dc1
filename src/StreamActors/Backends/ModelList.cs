namespace StreamActors.Backends;

/// <summary>The models of one backend: configured, or asked for and remembered for a while. One question at a time.</summary>
internal sealed class ModelList(IBackend backend, IReadOnlyList<string> configured, TimeProvider time)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private Task<Answer>? _asking;
    private Answer? _answer;

    public string Backend => backend.Name;

    public IReadOnlyList<string> Configured => configured;

    /// <summary>The names; of a backend that cannot be asked now, those it last gave.</summary>
    public async Task<IReadOnlyList<string>> GetAsync(CancellationToken cancellation) =>
        configured.Count > 0 ? configured : (await AskAsync(cancellation)).Models;

    /// <summary>Whether it answered when it was last asked, which is now if that is too long ago.</summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellation) => (await AskAsync(cancellation)).Reachable;

    private async Task<Answer> AskAsync(CancellationToken cancellation)
    {
        Task<Answer> asking;
        lock (_lock)
        {
            if (_answer is { } known && time.GetElapsedTime(known.At) < (known.Reachable ? FreshFor : RetryAfter))
                return known;
            asking = _asking ??= AskBackendAsync();
        }

        return await asking.WaitAsync(cancellation);
    }

    /// <summary>Runs for all who wait, so none of them can cancel it; the backend bounds it.</summary>
    private async Task<Answer> AskBackendAsync()
    {
        await Task.Yield();
        Answer answer;
        try
        {
            var models = await backend.ListModelsAsync(CancellationToken.None);
            answer = new Answer(models, Reachable: true, time.GetTimestamp());
        }
        catch (Exception)
        {
            answer = new Answer(_answer?.Models ?? [], Reachable: false, time.GetTimestamp());
        }

        lock (_lock)
        {
            (_answer, _asking) = (answer, null);
        }

        return answer;
    }

    private sealed record Answer(IReadOnlyList<string> Models, bool Reachable, long At);
}
