using System.Globalization;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;

namespace StreamActors.Server.Tests.Faults;

/// <summary>One prompt on the stage: its client, its call at the model server, and what was sent to whom.</summary>
internal sealed class StagedStream(Stage stage, RawClient client, string session, string trace) : IDisposable
{
    /// <summary>Stands in whatever a backend says of itself and no client may see.</summary>
    public const string Secret = "10.0.0.7";

    private readonly List<string> _sent = [];
    private readonly long _asked = stage.Time.GetTimestamp();

    public RawClient Client => client;

    public string Session => session;

    public string Trace => trace;

    /// <summary>Its call at the model server, once that has it.</summary>
    public UpstreamCall Call { get; set; } = null!;

    /// <summary>By the stage's clock.</summary>
    public TimeSpan Age => stage.Time.GetElapsedTime(_asked);

    /// <summary>What the model server sends from now on may not reach the client.</summary>
    public bool Fenced { get; set; }

    public StreamBook Book => new BooksOf(stage.Server.Log.All).Streams.Single(book => book.Trace == trace);

    public bool HasEnded => Book is { Ended: not null } or { Dropped: not null };

    /// <summary>How old it was when its end was logged.</summary>
    public TimeSpan AgeAtEnd =>
        TimeSpan.FromMilliseconds(double.Parse(Book.Ended!["duration_ms"]!, CultureInfo.InvariantCulture));

    /// <summary>The model server begins its answer, and the client has the first content.</summary>
    public async Task BeginAsync()
    {
        await Call.BeginEventsAsync();
        await SayAsync(Chunks.Role, Chunks.Content("one"));
        await client.ReadUntilAsync("one\"");
    }

    /// <summary>The model server sends whole events in one write.</summary>
    public Task SayAsync(params string[] payloads)
    {
        Note(payloads);
        return Call.WriteAsync(string.Concat(payloads.Select(payload => $"data: {payload}\n\n")));
    }

    /// <summary>The model server sends the rest of a whole answer in one write.</summary>
    public Task AnswerAsync(params string[] payloads) => AnswerBeforeAsync("", payloads);

    /// <summary>The same, with bytes behind it that are no part of it.</summary>
    public async Task AnswerBeforeAsync(string behind, params string[] payloads)
    {
        payloads = [.. payloads, Chunks.Finish];
        Note(payloads);
        await Call.WriteAsync(Framing.Frame(payloads, "\n", "data: "));
        await Call.EndAsync(behind);
    }

    /// <summary>The model server has sent whole events in some way.</summary>
    public void Note(params string[] payloads)
    {
        if (!Fenced)
            _sent.AddRange(payloads.Where(payload => payload != Chunks.Done));
    }

    /// <summary>The client has all that was sent so far.</summary>
    public Task HasTakenAllAsync() => _sent.Count == 0 ? Task.CompletedTask : client.ReadUntilAsync(_sent[^1]);

    public Task HasEndedAsync() => Eventually.HoldsAsync(() => Assert.True(HasEnded, $"Has not ended: {client.Received}"));

    /// <summary>
    /// Reads the answer to its end. A completed one holds all that was sent; a failed one the beginning of that, and nothing
    /// that looks like an end.
    /// </summary>
    public async Task<string> SeesAsync()
    {
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(trace, answer.Header("X-Trace-Id"));
        Assert.DoesNotContain(Secret, answer.Text);
        if (answer.Status != 200)
        {
            Assert.True(answer.Finished);
            Assert.Equal(trace, answer.Error.GetProperty("trace").GetString());
            return Observed.Status(answer.Status, answer.Error.GetProperty("code").GetString()!);
        }

        var events = answer.Events.Select(e => e.Text).ToList();
        if (answer.Finished)
        {
            Assert.Equal([.. _sent, Chunks.Done], events);
            return Observed.Complete;
        }

        Assert.Equal(_sent.Take(events.Count - 1), events.SkipLast(1));
        Assert.Equal(trace, answer.LastError.GetProperty("trace").GetString());
        return Observed.Cut(answer.LastError.GetProperty("code").GetString()!);
    }

    /// <summary>What came of it, when it has ended.</summary>
    /// <param name="by">What should have ended it; a wait that took another time is shown with that.</param>
    public async Task<Observed> ObserveAsync(Deadline by)
    {
        await HasEndedAsync();
        var took = AgeAtEnd;
        var endedBy = took == by.After ? by.Name : $"after {took}";
        return new Observed(endedBy, $"{Book.Outcome}, {Book.Reason ?? "-"}", await SeesAsync());
    }

    public void Dispose() => client.Dispose();
}
