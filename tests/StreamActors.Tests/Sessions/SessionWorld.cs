using StreamActors.Protocol;
using StreamActors.Sessions;
using static StreamActors.Sessions.SessionEffect;
using static StreamActors.Sessions.SessionEvent;

namespace StreamActors.Tests.Sessions;

/// <summary>What the world around a session knows of one generation.</summary>
/// <param name="Number">Its number.</param>
/// <param name="Asked">It has asked to finish.</param>
/// <param name="Released">It was released.</param>
/// <param name="Stopped">The reason it was told to stop with, or null.</param>
/// <param name="Reported">It has reported its end.</param>
public readonly record struct LiveGeneration(int Number, bool Asked, bool Released, EndReason? Stopped, bool Reported);

/// <summary>
/// A session with everything that can happen to it: the machine's state, the generations that live, the clocks that run, the
/// tickets that are open, and the books. A node of the exploration.
/// </summary>
public sealed record SessionWorld
{
    private const int MaxTickets = 2;
    private readonly int _maxPrompts;

    public SessionWorld(int maxPrompts) => _maxPrompts = maxPrompts;

    public SessionState State { get; init; } = SessionState.New;

    public Ledger Books { get; init; } = Ledger.Empty;

    public ValueList<LiveGeneration> Generations { get; init; } = ValueList<LiveGeneration>.Empty;

    public int PromptCount { get; init; }

    public int Tickets { get; init; }

    public ValueList<int> OpenTickets { get; init; } = ValueList<int>.Empty;

    public bool GraceArmed { get; init; }

    public bool IdleArmed { get; init; }

    /// <summary>Everything that can happen next, also what comes late.</summary>
    public IEnumerable<SessionEvent> Possible()
    {
        if (PromptCount < _maxPrompts)
        {
            yield return new Submitted(PromptOf(PromptCount + 1));
            yield return new Submitted(PromptOf(PromptCount + 1), OneShot: true);
            yield return new Submitted(PromptOf(PromptCount + 1) with { Arrival = 0 });
        }

        foreach (var g in Generations.Items)
        {
            if (!g.Reported)
                yield return new GenerationFinishing(g.Number);
            if (!g.Asked && !g.Reported)
                yield return new DeadlineMissed(g.Number, EndReason.IdleTimeout);
            if (!g.Reported && g.Released)
            {
                yield return new GenerationEnded(g.Number, StreamEnding.Completed);
                yield return new GenerationEnded(g.Number, StreamEnding.Because(EndReason.BackendTruncated));
                yield return new GenerationEnded(g.Number, StreamEnding.Because(EndReason.ClientDisconnect));
            }
            else if (!g.Reported && g.Stopped is { } reason)
            {
                yield return new GenerationEnded(g.Number, StreamEnding.Because(reason));
            }

            yield return new GenerationTerminated(g.Number);
        }

        for (var number = 1; number <= State.LastNumber; number++)
        {
            yield return new GraceElapsed(number);
            if (Generations.Items.All(g => g.Number != number))
                yield return new GenerationEnded(number, StreamEnding.Completed);
        }

        for (var prompt = 1; prompt <= PromptCount; prompt++)
        {
            yield return new CancelRequested(PromptOf(prompt).Trace, EndReason.ClientDisconnect);
            if (Tickets < MaxTickets)
                yield return new CancelRequested(PromptOf(prompt).Trace, EndReason.ClientCancel, Tickets + 1);
        }

        if (Tickets < MaxTickets)
            yield return new EndRequested(EndReason.SessionDeleted, Tickets + 1);
        if (!State.Draining)
            yield return new Drained();
        for (var number = 0; number <= State.LastNumber; number++)
            yield return new IdleElapsed(number);
    }

    /// <summary>The world after an event.</summary>
    /// <exception cref="LedgerException">A promise was broken.</exception>
    public SessionWorld After(SessionEvent @event)
    {
        var (state, effects) = SessionMachine.Handle(State, @event);
        var world = Before(@event) with { State = state };
        world = effects.Aggregate(world, (w, effect) => w.With(effect));
        world.Check();
        if (@event is Submitted { Prompt: var prompt } && State.Newest?.Arrival > prompt.Arrival)
            world.Require(world.Books.Prompts[^1].Standing == Standing.Dropped, "a prompt that was overtaken on its way was taken");
        return world;
    }

    private SessionWorld Before(SessionEvent @event) => @event switch
    {
        Submitted => this with { PromptCount = PromptCount + 1 },
        GenerationFinishing e => Change(e.Number, g => g with { Asked = true }),
        GenerationEnded e => Change(e.Number, g => g with { Reported = true }),
        GenerationTerminated e => this with { Generations = new([.. Generations.Items.Where(g => g.Number != e.Number)]) },
        CancelRequested { Ticket: { } t } => this with { Tickets = t, OpenTickets = OpenTickets.Add(t) },
        EndRequested { Ticket: { } t } => this with { Tickets = t, OpenTickets = OpenTickets.Add(t) },
        GraceElapsed e when e.Number == State.Current?.Number => this with { GraceArmed = false },
        IdleElapsed e when e.LastNumber == State.LastNumber => this with { IdleArmed = false },
        _ => this,
    };

    private SessionWorld With(SessionEffect effect)
    {
        switch (effect)
        {
            case Accept e:
                return this with { Books = Books.Accept(e.Prompt.Trace) };
            case Drop e:
                return this with { Books = Books.Drop(e.Prompt.Trace) };
            case Start e:
                Require(Generations.Items.All(g => State.Detached.Contains(g.Number)), "started before the proof");
                return this with
                {
                    Books = Books.Start(e.Prompt.Trace),
                    Generations = Generations.Add(new LiveGeneration(e.Number, false, false, null, false)),
                };
            case AnnounceCancel e:
                return this with { Books = Books.Cancel(TraceOf(e.Number)) };
            case Stop e:
                Require(Generations.Items.Single(g => g.Number == e.Number).Stopped is null, "told to stop twice");
                return Change(e.Number, g => g with { Stopped = e.Reason });
            case Release e:
                Require(Generations.Items.Single(g => g.Number == e.Number) is { Stopped: null, Released: false }, "released wrongly");
                return Change(e.Number, g => g with { Released = true });
            case End e:
                return this with { Books = Books.End(TraceOf(e.Number), e.Ending.Outcome) };
            case Detach e:
                return this with { Books = Books.End(TraceOf(e.Number), Outcome.Detached), GraceArmed = false };
            case ConfirmFinished e:
                return this with { Books = Books.FinishedCleanly(TraceOf(e.Number)) };
            case DetachedEnded e:
                return this with { Books = Books.DetachedEnded(TraceOf(e.Number)) };
            case GiveReceipt e:
                Require(OpenTickets.Contains(e.Ticket), "a second receipt");
                return this with { OpenTickets = OpenTickets.Remove(e.Ticket) };
            case ArmGrace:
                return this with { GraceArmed = true };
            case DisarmGrace:
                return this with { GraceArmed = false };
            case ArmIdle:
                return this with { IdleArmed = true };
            case DisarmIdle:
                return this with { IdleArmed = false };
            case Passivate:
                Require(State is { Current: null, Next: null, Detached.IsEmpty: true }, "let go while busy");
                return this;
            default:
                throw new LedgerException($"unknown effect {effect}");
        }
    }

    private void Check()
    {
        Books.CheckBetweenEvents();
        Require(Books.Live == (State.Current is null ? 0 : 1), "the books and the state disagree on what is live");
        Require(GraceArmed == (State.Phase == SessionPhase.Replacing), "a replacement without a bound, or a bound without a replacement");
        Require(OpenTickets.IsEmpty || State.Current is not null, "somebody waits for a receipt that nobody will give");
        Require(!IdleArmed || State.Current is null, "idleness is timed while something runs");
        Require(State.Current is not null || !Generations.IsEmpty || Books.Balanced, "idle with unbalanced books");
    }

    private SessionWorld Change(int number, Func<LiveGeneration, LiveGeneration> change) =>
        this with { Generations = new([.. Generations.Items.Select(g => g.Number == number ? change(g) : g)]) };

    private TraceId TraceOf(int number) => Books.Prompts.Where(p => p.Standing is not (Standing.Dropped or Standing.Waiting))
        .ElementAt(number - 1).Trace;

    private static Prompt PromptOf(int number) => new(new TraceId($"p{number}"), Fakes.Requests.Hello, number);

    private void Require(bool holds, string fault)
    {
        if (!holds)
            throw new LedgerException($"{fault}: {this}");
    }
}
