using System.Globalization;
using System.Text.Json;
using StreamActors.Soak.Checks;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Traffic;

/// <summary>One client with a session of its own at a time: sends, and checks strictly what it is answered.</summary>
internal sealed class Client(World world, int number, Random random)
{
    private const string Chat = "/v1/chat/completions";
    private int _sessions;

    public World World => world;

    public Random Random => random;

    /// <summary>The session it uses now.</summary>
    public string Session => $"c{number}-{_sessions}";

    /// <summary>Nearly always the same model, so that one model server sees all of the session.</summary>
    public string Model => random.Next(20) > 0 == (number % 2 == 0) ? Models.First : Models.Second;

    /// <summary>Leaves its session to be passivated.</summary>
    public void NextSession() => _sessions++;

    public int Between(int least, int most) => random.Next(least, most + 1);

    public Task PauseAsync(int least, int most) => Task.Delay(Between(least, most));

    /// <summary>A prompt for a model server.</summary>
    public Question Ask(
        int tokens, int delay, int first = 0, string? fault = null, int at = -1,
        string? session = null, string? model = null, bool stream = true)
    {
        session ??= Session;
        if (fault is not null)
            world.Injected($"backend {fault}");
        var prompt = Prompt.Of(session, $"{world.Prompts}", tokens, delay, first, fault, at);
        return new Question(model ?? Model, prompt, tokens, session, stream);
    }

    /// <summary>A short good one.</summary>
    public Question Short() => Ask(Between(3, 20), Between(5, 30), Between(0, 100));

    /// <summary>One that lasts about four seconds.</summary>
    public Question Long() => Ask(200, 20);

    /// <summary>Sends, and reads in the background.</summary>
    public Running Begin(Question question, int? receiveBuffer = null, Func<Exchange, CancellationToken, Task<AnswerEnd?>>? read = null)
    {
        var exchange = new Exchange(receiveBuffer);
        return new Running(question, exchange, RunAsync(exchange, question, read ?? ((e, bound) => e.ReadAsync(bound))));
    }

    /// <summary>Waits for the end and holds it against what is allowed.</summary>
    public async Task<AnswerEnd?> CheckAsync(Running running, Expect expect, TimeSpan? within = null)
    {
        try
        {
            var end = await running.End;
            var elapsed = running.Exchange.Elapsed;
            if (end is null || !IsHonest(running.Question, end) || !expect.IsMetBy(end))
                Surprise(running.Question, expect.What, elapsed, $"{end}");
            else if (elapsed > (within ?? Timing.Longest))
                Surprise(running.Question, $"within {within}", elapsed, $"{end}");
            return end;
        }
        catch (OperationCanceledException)
        {
            Surprise(running.Question, expect.What, Timing.Longest, "nothing: it hangs");
            return null;
        }
        finally
        {
            running.Exchange.Dispose();
        }
    }

    public Task<AnswerEnd?> CheckAsync(Question question, Expect expect, TimeSpan? within = null) => CheckAsync(Begin(question), expect, within);

    /// <summary>A good answer has to come.</summary>
    public Task<AnswerEnd?> CompletesAsync(Question question) => CheckAsync(
        question, question.Stream ? Expect.Completed(question.Tokens) : Expect.Whole(question.Tokens), Timing.Longest);

    /// <summary>Any other request: its answer, checked.</summary>
    public async Task<AnswerEnd?> CallAsync(byte[] request, Expect expect)
    {
        var exchange = new Exchange();
        var running = new Running(new Question("", "", 0, null), exchange, RunAsync(exchange, request, (e, bound) => e.ReadAsync(bound)));
        return await CheckAsync(running, expect, Timing.Grace + Timing.Margin);
    }

    /// <summary>Asks for the end of a stream or a session and notes the receipt.</summary>
    public async Task<string?> ReceiptAsync(string method, string path, Expect expect)
    {
        var end = await CallAsync(Exchange.Request(method, path, []), expect);
        if (end is not { Status: 200 })
            return null;
        using var receipt = JsonDocument.Parse(end.Body);
        var outcome = receipt.RootElement.GetProperty("outcome").GetString()!;
        if (receipt.RootElement.GetProperty("trace").GetString() is { } trace)
            world.Receipts.Enqueue(new ReceiptNote(trace, outcome, Clock.Microseconds));
        return outcome;
    }

    public byte[] Request(Question question) => Exchange.Request(
        "POST", Chat, JsonSerializer.SerializeToUtf8Bytes(new { model = question.Model, prompt = question.Prompt, stream = question.Stream }),
        question.Session);

    public void Surprise(Question question, string expected, TimeSpan elapsed, string got) => world.Surprises.Enqueue(string.Create(
        CultureInfo.InvariantCulture,
        $"client {number}, session {question.Session}, model {question.Model}, {question.Prompt}: expected {expected}, "
        + $"got after {elapsed.TotalSeconds:F2} s: {got}"));

    private Task<AnswerEnd?> RunAsync(Exchange exchange, Question question, Func<Exchange, CancellationToken, Task<AnswerEnd?>> read) =>
        RunAsync(exchange, Request(question), read, counted: true);

    private async Task<AnswerEnd?> RunAsync(
        Exchange exchange, byte[] request, Func<Exchange, CancellationToken, Task<AnswerEnd?>> read, bool counted = false)
    {
        if (counted)
            world.Sent();
        try
        {
            using var bound = new CancellationTokenSource(Timing.Longest);
            await exchange.SendAsync(world.Server, request, bound.Token);
            return await read(exchange, bound.Token);
        }
        finally
        {
            if (counted)
                world.Over();
        }
    }

    /// <summary>A finish reason stands in no answer that lacks tokens.</summary>
    private static bool IsHonest(Question question, AnswerEnd end) =>
        end.Tokens >= question.Tokens || !end.Body.Contains("\"finish_reason\":\"", StringComparison.Ordinal)
        || !question.Stream;
}
