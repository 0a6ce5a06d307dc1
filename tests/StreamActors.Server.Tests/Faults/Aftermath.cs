using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Soak.Host;

namespace StreamActors.Server.Tests.Faults;

/// <summary>What must hold on every stage when its fault is over.</summary>
internal static class Aftermath
{
    /// <summary>
    /// The books balance, nothing is left of any stream, and the sessions named are the only ones and as good as new: each
    /// answers a fresh prompt in full.
    /// </summary>
    public static async Task IsCleanAsync(this Stage stage, params string[] sessions)
    {
        await stage.NothingRunsAsync(sessions);
        foreach (var session in sessions)
        {
            using var fresh = await stage.SubmitAsync(session);
            await stage.AnswerInFullAsync(fresh);
        }

        await stage.NothingRunsAsync(sessions);
    }

    /// <summary>No stream, no connection but a pooled one, no session but these.</summary>
    public static async Task NothingRunsAsync(this Stage stage, params string[] sessions)
    {
        await Books.BalancedAsync(stage.Server);
        await Eventually.HoldsAsync(() =>
        {
            Assert.Equal(sessions.Order(), ActorTree.Sessions(stage.System).Select(path => path.Split('/', '!')[^1]).Order());
            Assert.Empty(ActorTree.Streams(stage.System, stage.Paths));
            var load = stage.Load.Counters;
            Assert.Equal((0, 0, 0), (load.Running, load.Waiting, load.Detached));
            Assert.InRange(stage.Upstream.OpenConnections, 0, 1);
        });
        new BooksOf(stage.Server.Log.All).AssertBalanced();
        Assert.DoesNotContain(stage.Server.Log.All, line => line.Contains(" ERR ", StringComparison.Ordinal));
    }
}
