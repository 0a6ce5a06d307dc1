using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Faults;

/// <summary>A stream that meets a fault of its backend: opens it, strikes, waits, and says what should come of it.</summary>
internal sealed class BackendScene : IDisposable
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Heartbeat = TimeSpan.FromSeconds(5);

    private readonly Stage _stage;
    private readonly BackendFault _fault;
    private readonly HeldTurn _turn;
    private int _seconds;
    private bool _committed;

    public BackendScene(Stage stage, BackendFault fault, bool begun)
    {
        (_stage, _fault, Begun, _committed) = (stage, fault, begun, begun);
        _turn = new HeldTurn(fault.Turn) { Deaf = fault.Deaf, Late = fault is { NeverReaches: true, Instant: false } };
    }

    /// <summary>The fault comes after content.</summary>
    public bool Begun { get; }

    public Strike Strike => (Begun ? _fault.After : _fault.Before)!;

    /// <summary>What ends the stream where nobody interferes.</summary>
    public Deadline Deadline => Strike.Effect switch
    {
        Effect.Stalls => Begun ? Deadline.Idle : Deadline.FirstToken,
        Effect.Trickles => Deadline.Total,
        Effect.Completes => Deadline.OwnEnd,
        _ => Strike.By,
    };

    /// <summary>Only a deadline can end the stream.</summary>
    public bool Waits => Deadline.After > TimeSpan.Zero;

    /// <summary>What should come of it where nobody interferes.</summary>
    public Observed Expected => Strike.Effect switch
    {
        Effect.Completes => new Observed(Deadline.Name, "completed, -", Observed.Complete),
        Effect.Fails => new Observed(Deadline.Name, $"failed, {Strike.Reason}", Sees(Strike.Status, Strike.Reason)),
        Effect.Trickles => Missed(Deadline, "failed", "total_timeout"),
        _ => Missed(Deadline, "failed", Begun ? "idle_timeout" : "first_token_timeout"),
    };

    /// <summary>What should come of a stream that somebody or a deadline stops.</summary>
    public Observed Missed(Deadline by, string outcome, string reason) => _fault.Deaf
        ? new Observed(by.Then(Deadline.Grace).Name, $"detached, {reason}", Observed.Cut(reason))
        : new Observed(by.Name, $"{outcome}, {reason}", Observed.Cut(reason));

    public string Sees(int status, string code) => Begun ? Observed.Cut(code) : Observed.Status(status, code);

    /// <summary>From here on the call is deaf to its cancellation.</summary>
    public void MakeDeaf() => _turn.Deaf = true;

    /// <summary>Asks, up to the state in which the fault is to happen. An instant one only waits for its place.</summary>
    public async Task<StagedStream> OpenAsync()
    {
        _stage.Backend.Stage(Stage.Session, _turn.Run);
        var stream = await _stage.SubmitAsync();
        if (!_fault.NeverReaches)
            stream.Call = await _stage.Upstream.NextCallAsync();
        else if (!_fault.Instant)
            await _turn.Asked.WaitAsync(Stage.Patience);
        if (Begun)
            await stream.BeginAsync();
        return stream;
    }

    /// <summary>The fault happens. What the server closes under it is the server's right.</summary>
    public async Task StrikeAsync(StagedStream stream)
    {
        _turn.Begin();
        await TryAsync(() => Strike.Act(stream));
        await GoOnAsync(stream);
    }

    /// <summary>Moves the clock to the stream's deadline; not a millisecond earlier may anything happen to it.</summary>
    public async Task PassAsync(StagedStream stream, TimeSpan deadline)
    {
        await _stage.SettleAsync();
        var phase = _stage.PhaseOf(stream.Session);
        await PassSecondsAsync(stream, deadline - Tick);
        Assert.Equal((phase, false), (_stage.PhaseOf(stream.Session), stream.HasEnded));
        await _stage.AdvanceAsync(deadline - stream.Age);
    }

    /// <summary>Moves the clock until the stream is so old, while the fault goes on.</summary>
    public async Task PassSecondsAsync(StagedStream stream, TimeSpan age)
    {
        while (stream.Age < age)
        {
            var most = stream.Age < Heartbeat ? Heartbeat - stream.Age : age;
            if (Strike.EachSecond is not null)
                most = Second;
            var silent = !Begun && !stream.Fenced && stream.Age < Heartbeat;
            await _stage.AdvanceAsync(TimeSpan.FromTicks(Math.Min(most.Ticks, (age - stream.Age).Ticks)));
            await GoOnAsync(stream);
            if (silent && stream.Age >= Heartbeat)
                await HearHeartbeatAsync(stream, age);
        }
    }

    /// <summary>A deaf one's client has its last frame already; the grace passes, and it is detached.</summary>
    public async Task PassGraceAsync(StagedStream stream, TimeSpan since)
    {
        await stream.SeesAsync();
        await PassAsync(stream, since + Deadline.Grace.After);
        await stream.HasEndedAsync();
        Assert.Equal(("detached", 1), (stream.Book.Outcome, _stage.Load.Counters.Detached));
        Assert.NotNull(stream.Book.TimedOut);
    }

    /// <summary>So long after it was told to stop a detached one says something more and then hears.</summary>
    public async Task ReleaseAsync(StagedStream stream)
    {
        await _stage.AdvanceAsync(_fault.DeafFor - Deadline.Grace.After);
        stream.Fenced = true;
        if (!_fault.NeverReaches)
            await TryAsync(() => stream.SayAsync(Chunks.Content("dead")));
        _turn.Release();
        await Eventually.HoldsAsync(() => Assert.NotNull(stream.Book.DetachedEnded));
        Assert.Equal($"{_fault.DeafFor.TotalMilliseconds}", stream.Book.DetachedEnded!["after_ms"]);
        Assert.Equal(0, _stage.Load.Counters.Detached);
    }

    public void Dispose() => _turn.Dispose();

    /// <summary>A heartbeat that meets a write is left out; then the next one comes.</summary>
    private async Task HearHeartbeatAsync(StagedStream stream, TimeSpan age)
    {
        var heard = stream.Client.ReadUntilAsync(": heartbeat");
        if (stream.Age + Heartbeat < age && await Task.WhenAny(heard, Task.Delay(Second)) != heard)
            await _stage.AdvanceAsync(Heartbeat);
        await heard;
        await stream.HasTakenAllAsync();
        _committed = true;
    }

    /// <summary>What the fault does in each second. The server has a moment to take it before the clock moves on.</summary>
    private async Task GoOnAsync(StagedStream stream)
    {
        if (Strike.EachSecond is not { } act)
            return;
        await TryAsync(() => act(stream, _seconds++));
        if (_committed && !stream.Fenced)
            await stream.HasTakenAllAsync();
        await Task.Delay(1);
    }

    private static async Task TryAsync(Func<Task> act)
    {
        try
        {
            await act();
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // The server has closed the connection.
        }
    }
}
