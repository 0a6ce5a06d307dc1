using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Sessions;

namespace StreamActors.Server.Tests.Faults;

/// <summary>A stream that is brought to a moment, at which its client then goes wrong, and what goes on around it.</summary>
internal sealed class ClientScene(Stage stage, Moment moment) : IDisposable
{
    private const string Other = "other";
    private static readonly string Large = Chunks.Content(new string('x', 200_000));
    public static readonly TimeSpan Gone = TimeSpan.FromSeconds(2);

    private readonly HeldTurn _turn = new((backend, request, cancellation) => backend.StreamAsync(request, cancellation)) { Deaf = true };
    private readonly List<StagedStream> _others = [];
    private Task? _drained;

    public Stage Stage => stage;

    /// <summary>The stream whose client goes wrong.</summary>
    public StagedStream Stream { get; private set; } = null!;

    /// <summary>Brings the stream to the moment. Where it is replaced, its backend does not let go before <see cref="GoOnAsync"/>.</summary>
    public async Task SetAsync()
    {
        if (moment == Moment.Queued)
            _others.Add(await stage.AskAsync(Other));
        if (moment == Moment.BeingReplaced)
            stage.Backend.Stage(Stage.Session, _turn.Run);
        Stream = moment == Moment.Queued ? await stage.SubmitAsync() : await stage.AskAsync();
        switch (moment)
        {
            case Moment.Idle:
                await stage.AnswerInFullAsync(Stream);
                break;
            case Moment.Streaming:
                await Stream.BeginAsync();
                break;
            case Moment.BeingReplaced:
                await Stream.BeginAsync();
                _others.Add(await stage.SubmitAsync());
                await Eventually.HoldsAsync(() => Assert.Equal(SessionPhase.Replacing, stage.PhaseOf(Stage.Session)));
                break;
            case Moment.Draining:
                await Stream.BeginAsync();
                _drained = await stage.DrainAsync();
                break;
        }
    }

    /// <summary>The model server has the stream, and nothing else goes on.</summary>
    public async Task AskAsync() => Stream = await stage.AskAsync();

    /// <summary>What goes on after the fault does, to its end: who waited is answered, the drain is over.</summary>
    public async Task GoOnAsync()
    {
        _turn.Release();
        foreach (var other in _others)
            await stage.AnswerInFullAsync(other);
        if (_drained is not null)
            await stage.HasDrainedAsync(_drained);
    }

    /// <summary>The backend lets go of the stream that is replaced, and what waited is not answered any more.</summary>
    public void LetGo() => _turn.Release();

    /// <summary>The upstream of the stream is closed, or the backend was never asked.</summary>
    public async Task UpstreamIsClosedAsync()
    {
        if (moment == Moment.Queued)
            Assert.Equal(1, stage.Upstream.Connections);
        else
            await Stream.Call.Closed.WaitAsync(Gone);
    }

    /// <summary>Nothing is left, and each of these sessions serves its next prompt.</summary>
    public Task IsCleanAsync(params string[] sessions)
    {
        if (moment == Moment.Draining)
            return stage.NothingRunsAsync();
        return stage.IsCleanAsync(moment == Moment.Queued ? [.. sessions, Other] : sessions);
    }

    /// <summary>The model server sends until nobody takes any more.</summary>
    public async Task FloodAsync()
    {
        for (var sent = 0; sent < 500; sent++)
        {
            var send = Stream.Call.EventAsync(Large);
            if (await Task.WhenAny(send, Stream.Call.Closed, Task.Delay(200)) != send)
                return;
        }

        throw new InvalidOperationException("All of it was taken though nobody reads.");
    }

    /// <summary>What came of the stream, when it has ended.</summary>
    /// <param name="by">What should have ended it.</param>
    /// <param name="sees">What its client saw.</param>
    public async Task<Observed> ObserveAsync(string by, string sees)
    {
        await Stream.HasEndedAsync();
        return new Observed(by, $"{Stream.Book.Outcome ?? "dropped"}, {Stream.Book.Reason ?? "-"}", sees);
    }

    /// <summary>What a client that still looks sees in the end.</summary>
    public static async Task<string> LooksAsync(RawClient client)
    {
        RawAnswer answer;
        try
        {
            answer = await client.ReadAnswerAsync();
        }
        catch (EndOfStreamException)
        {
            return "nothing, closed";
        }

        if (answer.Status != 200)
            return Observed.Status(answer.Status, answer.Error.GetProperty("code").GetString()!);
        if (answer.Finished)
            return Observed.Complete;
        Assert.DoesNotContain(Chunks.Done, answer.Text);
        return answer.Events.Count > 0 && answer.Events[^1].Text.StartsWith("{\"error\":", StringComparison.Ordinal)
            ? Observed.Cut(answer.LastError.GetProperty("code").GetString()!)
            : "200, cut without a frame";
    }

    public void Dispose()
    {
        _turn.Dispose();
        Stream?.Dispose();
        _others.ForEach(other => other.Dispose());
    }
}
