using System.Collections.Immutable;
using BenchmarkDotNet.Attributes;
using StreamActors.Protocol;
using StreamActors.Sessions;

namespace StreamActors.Benchmarks.Micro;

/// <summary>What a session decides, without the actor that carries it out.</summary>
public class SessionMachineBenchmarks
{
    private static readonly ChatRequest Request = new("bench", "bench", "{}"u8.ToArray(), Stream: true);

    private readonly Prompt _first = new(TraceId.New(), Request, Arrival: 1);
    private readonly Prompt _second = new(TraceId.New(), Request, Arrival: 2);
    private SessionState _generating = SessionState.New;

    [GlobalSetup]
    public void Generate() => _generating = SessionMachine.Handle(SessionState.New, new SessionEvent.Submitted(_first)).State;

    /// <summary>One step: a newer prompt ends the running one.</summary>
    [Benchmark(Baseline = true)]
    public (SessionState State, ImmutableArray<SessionEffect> Effects) Supersede() =>
        SessionMachine.Handle(_generating, new SessionEvent.Submitted(_second));

    /// <summary>All four steps of a replacement: submitted, ended, terminated (which starts the next).</summary>
    [Benchmark]
    public SessionState Replacement()
    {
        var state = SessionMachine.Handle(SessionState.New, new SessionEvent.Submitted(_first)).State;
        state = SessionMachine.Handle(state, new SessionEvent.Submitted(_second)).State;
        state = SessionMachine.Handle(state, new SessionEvent.GenerationEnded(
            1, StreamEnding.Because(EndReason.RegistryNewStream, _second.Trace))).State;
        return SessionMachine.Handle(state, new SessionEvent.GenerationTerminated(1)).State;
    }
}
