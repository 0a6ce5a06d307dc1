using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

/// <summary>What a backend does, one thing after another, and how it is then said to be.</summary>
public class BackendReachTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AskedBackend _backend = new("up");

    /// <summary>Whether its models are configured, what it does, and how it is.</summary>
    public static TheoryData<bool, string, ReachState> Stories => new()
    {
        { true, "list ok", ReachState.Reachable },
        { true, "list 401", ReachState.Reachable },
        { true, "list 403", ReachState.Reachable },
        { true, "list 404", ReachState.Reachable },
        { true, "list 405", ReachState.Reachable },
        { true, "list 500", ReachState.Reachable },
        { true, "list 501", ReachState.Reachable },
        { true, "list 200", ReachState.Reachable },
        { true, "list 307", ReachState.Reachable },
        { true, "list 502", ReachState.Unreachable },
        { true, "list 503", ReachState.Unreachable },
        { true, "list 504", ReachState.Unreachable },
        { true, "list down", ReachState.Unreachable },
        { false, "list ok", ReachState.Reachable },
        { false, "list 401", ReachState.Refusing },
        { false, "list 404", ReachState.Refusing },
        { false, "list 200", ReachState.Refusing },
        { false, "list 503", ReachState.Refusing },
        { false, "list down", ReachState.Unreachable },
        // Prompts are the better witnesses, the newer ones.
        { true, "list down, prompt ok", ReachState.Reachable },
        { true, "list 503, prompt ok", ReachState.Reachable },
        { true, "prompt ok, list 503", ReachState.Reachable },
        { true, "prompt ok, list down", ReachState.Unreachable },
        { true, "prompt ok, list down, wait", ReachState.Unreachable },
        { true, "list 503, prompt ok, wait", ReachState.Unreachable },
        { true, "list down, prompt 400", ReachState.Reachable },
        { true, "list down, prompt 500", ReachState.Reachable },
        { true, "list down, prompt 503", ReachState.Unreachable },
        { true, "list ok, prompt failed", ReachState.Reachable },
        { true, "list down, prompt failed", ReachState.Unreachable },
        { true, "list ok, prompt down", ReachState.Unreachable },
        { true, "list 404, prompt down", ReachState.Unreachable },
        { true, "list ok, prompt down, prompt ok", ReachState.Reachable },
        // It was away for a while.
        { true, "list ok, prompt down, prompt down, list ok", ReachState.Reachable },
        // It gives its list, and prompts cannot be delivered before nor after that.
        { true, "list ok, prompt down, list ok, prompt down, list ok", ReachState.Unreachable },
        { false, "list ok, prompt down, list ok, prompt down, list ok", ReachState.Unreachable },
        { true, "list ok, prompt down, list ok, prompt down, list ok, prompt ok", ReachState.Reachable },
        { true, "list ok, prompt down, list ok, prompt down, list ok, wait", ReachState.Reachable },
        // It gives its list, and takes no key.
        { true, "list ok, prompt 401", ReachState.Refusing },
        { false, "list ok, prompt 401, list ok", ReachState.Refusing },
        { true, "list ok, prompt 401, prompt ok", ReachState.Reachable },
        { true, "list ok, prompt 401, wait", ReachState.Reachable },
        { true, "list ok, prompt 401 of its caller", ReachState.Reachable },
        { true, "list ok, prompt 403", ReachState.Reachable },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public async Task A_backend_is_as_its_answers_say(bool configured, string story, ReachState expected)
    {
        var options = new BackendOptions { Type = BackendType.OpenAiCompatible, PassCallerKey = true, Models = configured ? ["m"] : [] };
        using var registry = new BackendRegistry([(_backend, options)], _time);
        var catalog = new ModelCatalog(registry, new Dictionary<string, BackendOptions> { ["up"] = options }, null, _time);
        foreach (var step in story.Split(", "))
            await StepAsync(step, catalog, registry.LoadOf("up"));

        var reach = (await catalog.Reach.CheckAsync(default))["up"];

        Assert.Equal(expected, reach.State);
        Assert.Equal(expected == ReachState.Reachable, reach.Why is null);
    }

    private async Task StepAsync(string step, ModelCatalog catalog, BackendLoad load)
    {
        var words = step.Split(' ');
        if (words[0] == "list")
        {
            _time.Advance(TimeSpan.FromSeconds(31));
            _backend.Models = words[1] == "ok" ? ["m"] : null;
            _backend.Failure = FailureOf(words[1])!;
            await catalog.Reach.CheckAsync(default);
        }
        else if (words[0] == "prompt")
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            _backend.PromptFailure = FailureOf(words[1]);
            await AskAsync(load, words.Length > 2 ? new CallerKey("key") : null);
        }
        else
        {
            _time.Advance(TimeSpan.FromSeconds(61));
        }
    }

    private async Task AskAsync(BackendLoad load, CallerKey? key)
    {
        try
        {
            await foreach (var _ in load.Take("me").Run(_backend, new ChatRequest("up", "m", default, Stream: true, CallerKey: key), default))
            {
                // Answered.
            }
        }
        catch (BackendException)
        {
            // As the story says.
        }
    }

    private static BackendException? FailureOf(string how) => how switch
    {
        "ok" => null,
        "down" => new BackendException(EndReason.BackendUnreachable, how),
        "failed" => new BackendException(EndReason.BackendTruncated, how),
        _ => new BackendException(EndReason.BackendError, how) { Status = int.Parse(how, CultureInfo.InvariantCulture) },
    };
}
