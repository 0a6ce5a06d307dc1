using StreamActors.Conformance.Client;

namespace StreamActors.Conformance.Checks;

/// <summary>The server under test as the checks meet it.</summary>
/// <param name="client">Its client.</param>
/// <param name="books">What its model server records, or null.</param>
/// <param name="bounds">How long is waited.</param>
/// <param name="run">Ends with the time of the whole run.</param>
internal sealed class Subject(ChatClient client, ModelBooks? books, Bounds bounds, CancellationToken run)
{
    private static readonly TimeSpan TimeOnTheWay = TimeSpan.FromMilliseconds(500);

    private readonly List<Exchange> _exchanges = [];
    private int _sessions;

    public ChatClient Client => client;

    public ModelBooks? Books => books;

    public Bounds Bounds => bounds;

    public CancellationToken Run => run;

    public Prompts Prompts { get; } = new(instrumented: books is not null);

    /// <summary>How all session ids of this run begin.</summary>
    public string Prefix { get; } = $"kit-{Guid.NewGuid().ToString("N")[..8]}-";

    /// <summary>Whether a newer prompt of a session ends the older one; asked before the checks.</summary>
    public bool HasSessions { get; set; }

    public string NewSession() => $"{Prefix}{Interlocked.Increment(ref _sessions)}";

    public Exchange Send(string session, Prompt prompt, bool stream = true) => Keep(client.Send(session, prompt, stream, run));

    public Exchange SendUnread(string session, Prompt prompt) => Keep(client.SendUnread(session, prompt, run));

    /// <summary>Sends a prompt and waits for its first content.</summary>
    public async Task<Exchange> BeginAsync(string session, Prompt prompt)
    {
        var exchange = Send(session, prompt);
        await BegunAsync(exchange, "a prompt");
        return exchange;
    }

    /// <summary>When the first content came, which must be in time.</summary>
    public async Task<long> BegunAsync(Exchange exchange, string what) =>
        await InTimeAsync(exchange.Begun, bounds.Answer, $"{what} had no content after {bounds.Answer.TotalSeconds} s")
        ?? throw new BrokenPromiseException($"{what}: {await exchange.Ended}");

    /// <summary>How it ended, which must be in time.</summary>
    public Task<Answer> EndedAsync(Exchange exchange, string what) =>
        InTimeAsync(exchange.Ended, bounds.End, $"{what} still ran {bounds.End.TotalSeconds} s later");

    /// <summary>Asks something short, whose answer must come whole and in time; when the first content came.</summary>
    /// <returns>Milliseconds from the sending to the first content.</returns>
    public async Task<double> AnsweredAsync(string session, string name, string what) =>
        await IsWholeAsync(Send(session, Prompts.Short(session, name)), what);

    /// <summary>The same for one that has been sent.</summary>
    public async Task<double> IsWholeAsync(Exchange exchange, string what)
    {
        var answer = await InTimeAsync(exchange.Ended, bounds.Answer, $"{what} was not answered within {bounds.Answer.TotalSeconds} s");
        BrokenPromiseException.Unless(answer.Ending == Ending.Whole, $"{what}: {answer}");
        return Milliseconds(await exchange.Sent, await exchange.Begun ?? answer.EndedAt);
    }

    /// <summary>The model server has begun with it; without its books, it has had time to.</summary>
    public async Task ReachesModelAsync(Exchange exchange, string session, string name)
    {
        await InTimeAsync(exchange.Sent, bounds.Answer, $"a prompt could not be sent in {bounds.Answer.TotalSeconds} s");
        if (books is null)
            await Task.Delay(TimeOnTheWay, run);
        else if (await books.WaitForAsync(session, name, "accept", bounds.Answer, run) is null)
            throw new BrokenPromiseException($"a prompt had not reached the model server after {bounds.Answer.TotalSeconds} s");
    }

    /// <summary>When the model server saw the connection of a prompt closed, in milliseconds after <paramref name="since"/>.</summary>
    public async Task<double> AbortedAsync(string session, string name, long since, string what)
    {
        var abort = await books!.WaitForAsync(session, name, "abort", bounds.Abort, run)
            ?? throw new BrokenPromiseException($"{what}: the model server still worked on it {bounds.Abort.TotalSeconds} s later");
        return Milliseconds(since, abort.Microseconds);
    }

    /// <summary>Those that still run when all but one have ended, or when the time for that is over.</summary>
    public async Task<IReadOnlyList<Exchange>> LastRunningAsync(IReadOnlyList<Exchange> sent)
    {
        var late = Task.Delay(bounds.End, run);
        while (true)
        {
            var running = sent.Where(e => !e.Ended.IsCompleted).ToList();
            if (running.Count <= 1 || late.IsCompleted)
                return running;
            await Task.WhenAny(running.Select(Task (e) => e.Ended).Append(late));
        }
    }

    /// <summary>Closes whatever is open.</summary>
    public void LeaveAll()
    {
        foreach (var exchange in Taken())
            exchange.Leave();
    }

    public static double Milliseconds(long from, long to) => Math.Round((to - from) / 1000.0, 1);

    private async Task<T> InTimeAsync<T>(Task<T> task, TimeSpan bound, string otherwise)
    {
        try
        {
            return await task.WaitAsync(bound, run);
        }
        catch (TimeoutException)
        {
            throw new BrokenPromiseException(otherwise);
        }
    }

    private Exchange Keep(Exchange exchange)
    {
        lock (_exchanges)
            _exchanges.Add(exchange);
        return exchange;
    }

    private List<Exchange> Taken()
    {
        lock (_exchanges)
        {
            var all = _exchanges.ToList();
            _exchanges.Clear();
            return all;
        }
    }
}
