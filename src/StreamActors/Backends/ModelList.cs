namespace StreamActors.Backends;

/// <summary>
/// The models of one backend: configured, or asked for and remembered for a while. One question at a time, also where the last
/// one was given up and has not come back.
/// </summary>
/// <param name="backend">Who is asked.</param>
/// <param name="options">Its configured models, and how long it may take to answer.</param>
/// <param name="time">For the age of an answer and the wait for it.</param>
/// <param name="troubles">Told why it could not be asked.</param>
internal sealed class ModelList(IBackend backend, BackendOptions options, TimeProvider time, BackendTroubles troubles)
{
    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan HealthWithin = TimeSpan.FromMilliseconds(500);

    private readonly Lock _lock = new();
    private Task<Answer>? _asking;
    private Answer? _answer;
    private Task _question = Task.CompletedTask;

    public string Backend => backend.Name;

    public IReadOnlyList<string> Configured => options.Models;

    /// <summary>The names it last gave; where they have got old, it is asked again, but not waited for.</summary>
    public IReadOnlyList<string> Remembered
    {
        get
        {
            _ = AskAsync(CancellationToken.None);
            return Volatile.Read(ref _answer)?.Models ?? [];
        }
    }

    /// <summary>Whether it answered when it was last asked, or null before; where that has got old, it is asked again, but not waited for.</summary>
    public bool? LastReachable
    {
        get
        {
            _ = AskAsync(CancellationToken.None);
            return Volatile.Read(ref _answer)?.Reachable;
        }
    }

    /// <summary>The names; of a backend that cannot be asked now, those it last gave.</summary>
    public async Task<IReadOnlyList<string>> GetAsync(CancellationToken cancellation) =>
        options.Models.Length > 0 ? options.Models : (await AskAsync(cancellation)).Models;

    /// <summary>
    /// Whether it answered when it was last asked, which is now if that is too long ago. Who asks after health has little patience:
    /// while a backend takes its time, what it said before counts.
    /// </summary>
    public async Task<bool> IsReachableAsync(CancellationToken cancellation)
    {
        try
        {
            return (await AskAsync(cancellation).WaitAsync(HealthWithin, time, cancellation)).Reachable;
        }
        catch (TimeoutException)
        {
            return Volatile.Read(ref _answer)?.Reachable ?? false;
        }
    }

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

    /// <summary>Runs for all who wait, so none of them can cancel it.</summary>
    private async Task<Answer> AskBackendAsync()
    {
        await Task.Yield();
        Answer answer;
        try
        {
            answer = new Answer(await QuestionAsync(), Reachable: true, time.GetTimestamp());
            troubles.Succeeded(backend.Name, BackendQuestion.Models);
        }
        catch (Exception failure)
        {
            troubles.Failed(backend.Name, BackendQuestion.Models, failure);
            answer = new Answer(_answer?.Models ?? [], Reachable: false, time.GetTimestamp());
        }

        lock (_lock)
        {
            (_answer, _asking) = (answer, null);
        }

        return answer;
    }

    private async Task<IReadOnlyList<string>> QuestionAsync()
    {
        if (!_question.IsCompleted)
            throw new TimeoutException("The question before this one is not answered yet.");
        var bound = new CancellationTokenSource();
        var threads = backend.MayBlock ? new OwnThreads($"backend {backend.Name}") : null;
        var question = threads is null
            ? backend.ListModelsAsync(bound.Token)
            : threads.RunAsync(() => new ValueTask<IReadOnlyList<string>>(backend.ListModelsAsync(bound.Token)));
        var answered = question.WaitAsync(options.ConnectTimeout, time);
        _question = OverAsync(question, answered, bound, threads);
        return await answered;
    }

    /// <summary>A question is over when it has come back, and all that it does at being given up has too.</summary>
    private static async Task OverAsync(Task question, Task answered, CancellationTokenSource bound, OwnThreads? threads)
    {
        await answered.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!question.IsCompleted)
            await (threads?.CancelAsync(bound) ?? bound.CancelAsync()).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await question.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        bound.Dispose();
        threads?.Dispose();
    }

    private sealed record Answer(IReadOnlyList<string> Models, bool Reachable, long At);
}
