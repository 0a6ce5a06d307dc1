using StreamActors.Protocol;
using StreamActors.Sessions;
using Xunit.Abstractions;

namespace StreamActors.Tests.Sessions;

/// <summary>All interleavings of events up to a depth, breadth first, states deduplicated; the promises are checked in each.</summary>
public class SessionMachineExplorationTests(ITestOutputHelper output)
{
    private const int MaxPrompts = 4;
    private const int Depth = 9;
    private const int LeastTransitions = 200_000;

    [Fact]
    public void Every_interleaving_of_events_keeps_the_promises()
    {
        var seen = new HashSet<SessionWorld>();
        var frontier = new List<SessionWorld> { new(MaxPrompts) };
        var transitions = 0;
        for (var depth = 1; depth <= Depth; depth++)
        {
            var next = new List<SessionWorld>();
            foreach (var world in frontier)
            {
                foreach (var @event in world.Possible())
                {
                    transitions++;
                    var after = Step(world, @event);
                    if (seen.Add(after))
                        next.Add(after);
                }
            }

            frontier = next;
        }

        output.WriteLine($"depth {Depth}, up to {MaxPrompts} prompts: {seen.Count:N0} states, {transitions:N0} transitions");
        Assert.True(transitions >= LeastTransitions, $"only {transitions} transitions");
    }

    [Fact]
    public void From_every_state_the_session_comes_to_rest_when_generations_end_and_clocks_run_out()
    {
        var seen = new HashSet<SessionWorld>();
        var frontier = new Queue<SessionWorld>([new SessionWorld(maxPrompts: 3)]);
        for (var visited = 0; visited < 20_000 && frontier.TryDequeue(out var world); visited++)
        {
            AssertComesToRest(world);
            foreach (var after in world.Possible().Select(e => Step(world, e)).Where(seen.Add))
                frontier.Enqueue(after);
        }
    }

    private static void AssertComesToRest(SessionWorld world)
    {
        const int enough = 20;
        for (var step = 0; step < enough && (world.State.Current is not null || !world.Generations.IsEmpty); step++)
        {
            // The worst that can happen: nothing but the clock and, once it was given up, the generation's own end.
            var current = world.State.Current;
            SessionEvent worst = current switch
            {
                { StopReason: not null } => new SessionEvent.GraceElapsed(current.Number),
                { Released: false } => new SessionEvent.DeadlineMissed(current.Number, EndReason.TotalTimeout),
                { } => new SessionEvent.GenerationTerminated(current.Number),
                null => new SessionEvent.GenerationTerminated(world.Generations.Items[0].Number),
            };
            world = Step(world, worst);
        }

        Assert.True(world.Books.Balanced && world.OpenTickets.IsEmpty, world.ToString());
    }

    private static SessionWorld Step(SessionWorld world, SessionEvent @event)
    {
        try
        {
            return world.After(@event);
        }
        catch (Exception fault)
        {
            throw new LedgerException($"{@event} in {world}: {fault.Message}");
        }
    }
}
