namespace StreamActors.Backends;

/// <summary>
/// The models of one backend: configured, or asked for and remembered for a while. One question at a time: one that was given up
/// still counts until it has come back.
/// </summary>
/// <param name="backend">Who is asked.</param>
/// <param name="options">Its configured models, and how long it may take to answer.</param>
/// <param name="time">For the age of an answer and the wait for it.</param>
/// <param name="troubles">Told why it could not be asked.</param>
/// <param name="prompts">How its prompts fare.</param>
internal sealed class ModelList(IBackend backend, BackendOptions options, TimeProvider time, BackendTroubles troubles, PromptOutcomes prompts)
{
    /// <summary>The longest wait for a backend that has been asked before, so that a silent one does not delay requests for others.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(800);

    /// <summary>How soon a backend is asked again for a name that no backend is known to serve.</summary>
    public static readonly TimeSpan AgainAfter = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan FreshFor = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan RetryAfter = TimeSpan.FromSeconds(5);

    private readonly Lock _lock = new();
    private readonly ModelIndex _configured = new(options.Models.Select(name => new ModelEntry(name)));
    private readonly ModelQuestion _question = new(backend, options, time);
    private Task<ModelAnswer>? _asking;
    private ModelAnswer? _answer;

    public string Backend => backend.Name;

    /// <summary>Its models stand in the settings.</summary>
    public bool IsConfigured { get; } = options.Models.Length > 0;

    /// <summary>The last answer, or null: it has not been asked.</summary>
    public ModelAnswer? Last => Volatile.Read(ref _answer);

    /// <summary>The names that are known now.</summary>
    public ModelIndex Known => IsConfigured ? _configured : Last?.Models ?? ModelIndex.Empty;

    /// <summary>What is known of the backend; null: it has neither been asked nor been sent a prompt.</summary>
    public BackendReach? Reach => Last is null && prompts.Last.Outcome == PromptOutcome.None ? null : BackendReach.Of(Last, prompts, IsConfigured);

    /// <summary>Asks again where the last answer is old, without waiting.</summary>
    public void Refresh() => _ = Ask(again: false);

    /// <summary>Waits until the last answer is a fresh one, or for as long as there is patience.</summary>
    /// <param name="again">Only an answer of this very moment is fresh enough.</param>
    /// <param name="patience">How long.</param>
    /// <param name="cancellation">Ends the wait, not the question.</param>
    public async Task SettleAsync(bool again, TimeSpan patience, CancellationToken cancellation)
    {
        if (Ask(again) is not { IsCompleted: false } asking)
            return;
        try
        {
            await asking.WaitAsync(patience, time, cancellation);
        }
        catch (TimeoutException)
        {
            // What is known must do.
        }
    }

    /// <summary>The same, but for as long as the question takes where there has been no answer before: a first prompt waits for a slow list.</summary>
    public Task SettleFirstAsync(bool again, CancellationToken cancellation) =>
        SettleAsync(again, Last is null ? Timeout.InfiniteTimeSpan : Patience, cancellation);

    /// <returns>The question that is under way, if there is one.</returns>
    private Task<ModelAnswer>? Ask(bool again)
    {
        lock (_lock)
        {
            if (_asking is null && !IsFresh(again))
                _asking = AskAsync();
            return _asking;
        }
    }

    private bool IsFresh(bool again)
    {
        if (_answer is not { } last)
            return false;
        // A prompt that could not be delivered since then puts the answer in doubt.
        var doubted = prompts.Last is { Outcome: PromptOutcome.Undelivered, At: var at } && at > last.At;
        var age = time.GetElapsedTime(last.At);
        return age < (again || doubted ? AgainAfter : last.How == ModelAnswerKind.Listed ? FreshFor : RetryAfter);
    }

    /// <summary>Runs for all who wait, so none of them can cancel it.</summary>
    private async Task<ModelAnswer> AskAsync()
    {
        await Task.Yield();
        ModelAnswer answer;
        try
        {
            answer = new ModelAnswer(ModelAnswerKind.Listed, new ModelIndex(await _question.AskAsync()), time.GetTimestamp());
            prompts.Listed();
            troubles.Succeeded(Backend, BackendQuestion.Models);
        }
        catch (Exception failure)
        {
            var status = (failure as BackendException)?.Status;
            var how = status is not null ? ModelAnswerKind.Refused : failure is TimeoutException ? ModelAnswerKind.Silent : ModelAnswerKind.Failed;
            answer = new ModelAnswer(how, _answer?.Models ?? ModelIndex.Empty, time.GetTimestamp(), status ?? 0);
            // A server without a list is in no trouble where its models are configured.
            if (!IsConfigured || how != ModelAnswerKind.Refused || answer.ConcernsPrompts)
                troubles.Failed(Backend, BackendQuestion.Models, failure);
        }

        lock (_lock)
        {
            (_answer, _asking) = (answer, null);
        }

        return answer;
    }
}
