namespace StreamActors.Backends;

/// <summary>The question for a backend's models, with a bound on its answer. While one that was given up has not come back, the next fails at once.</summary>
/// <param name="backend">Who is asked.</param>
/// <param name="options">How long it may take to answer.</param>
/// <param name="time">For the wait.</param>
internal sealed class ModelQuestion(IBackend backend, BackendOptions options, TimeProvider time)
{
    private Task _question = Task.CompletedTask;

    /// <summary>Asks. Never called while a call is under way.</summary>
    /// <exception cref="TimeoutException">It did not answer in time, or has not come back from the last question.</exception>
    public async Task<IReadOnlyList<ModelEntry>> AskAsync()
    {
        if (!_question.IsCompleted)
            throw new TimeoutException("The question before this one is not answered yet.");
        var bound = new CancellationTokenSource();
        var threads = backend.MayBlock ? new OwnThreads($"backend {backend.Name}") : null;
        var question = threads is null
            ? backend.ListModelsAsync(bound.Token)
            : threads.RunAsync(() => new ValueTask<IReadOnlyList<ModelEntry>>(backend.ListModelsAsync(bound.Token)));
        var answered = question.WaitAsync(options.ConnectTimeout, time);
        _question = OverAsync(question, answered, bound, threads);
        try
        {
            return await answered;
        }
        finally
        {
            // One that has come back by itself is over, however long it takes to put its threads away.
            if (question.IsCompleted)
                _question = Task.CompletedTask;
        }
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
}
