using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

/// <summary>How a model is found by its name where several backends are asked, and one of them does not answer.</summary>
public class ModelLookupTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly FakeTimeProvider _time = new();
    private readonly AskedBackend _away = new("away") { Unanswered = new TaskCompletionSource() };
    private readonly AskedBackend _good = new("good");

    /// <summary>The names a server lists, a name that is asked for, and the one that it means; null: none.</summary>
    public static TheoryData<string[], string, string?> Names => new()
    {
        { ["llama3:latest"], "llama3:latest", "llama3:latest" },
        { ["llama3:latest"], "llama3", "llama3:latest" },
        { ["llama3"], "llama3:latest", "llama3" },
        { ["llama3", "llama3:latest"], "llama3", "llama3" },
        { ["llama3:latest", "llama3"], "llama3", "llama3" },
        { ["llama3:8b"], "llama3", null },
        { ["llama3:8b"], "llama3:latest", null },
        { ["llama3:latest"], "llama3:8b", null },
        { ["llama3"], "Llama3", null },
        { ["host:5000/me/llama3:latest"], "host:5000/me/llama3", "host:5000/me/llama3:latest" },
        { ["models/gemini-x"], "gemini-x", "models/gemini-x" },
        { ["gemini-x"], "models/gemini-x", "gemini-x" },
        { ["models/"], "models", null },
        { [":latest"], "", ":latest" },
    };

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_name_means_a_model_with_its_tag_or_without(string[] listed, string name, string? meant)
    {
        _good.Models = listed;

        Assert.Equal(meant, (await Catalog(_good).ResolveAsync(name, default))?.Model);

        var configured = new BackendOptions { Type = BackendType.Ollama, Models = listed };
        var catalog = new ModelCatalog(
            new BackendRegistry([(_good, configured)], _time), new Dictionary<string, BackendOptions> { ["good"] = configured }, null, _time);
        Assert.Equal(meant, (await catalog.ResolveAsync(name, default))?.Model);
        Assert.Equal(meant is not null && name.Length > 0, name.Length > 0 && listed.Any(l => ModelNames.Same(l, name)));
    }

    [Fact]
    public async Task A_name_that_nobody_is_known_to_have_is_asked_for_at_once_and_no_more_than_once_a_second()
    {
        var catalog = Catalog(_good);
        _good.Models = ["m1"];
        await catalog.ResolveAsync("m1", default);
        _time.Advance(TimeSpan.FromSeconds(2));

        _good.Models = ["m1", "m2"];
        Assert.Equal(new ModelRoute("m2", "good"), await catalog.ResolveAsync("m2", default));
        Assert.Equal(2, _good.Questions);

        for (var i = 0; i < 10; i++)
            Assert.Null(await catalog.ResolveAsync("m3", default));
        Assert.Equal(2, _good.Questions);

        _time.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Null(await catalog.ResolveAsync("m3", default));
        Assert.Equal(3, _good.Questions);
    }

    [Fact]
    public async Task A_backend_that_is_silent_from_the_start_keeps_the_list_waiting_for_a_moment_and_no_other_model_at_all()
    {
        var catalog = Catalog(_away, _good);
        _good.Models = ["m1"];

        Assert.Equal(new ModelRoute("m1", "good"), await catalog.ResolveAsync("m1", default).WaitAsync(Bound));
        var listing = catalog.ListAsync(default);
        await _away.AskedAsync(1);

        Assert.Equal([new ModelRoute("m1", "good")], await AfterAsync(listing, TimeSpan.FromSeconds(1)));
    }

    [Fact]
    public async Task A_backend_that_has_got_silent_is_listed_with_what_it_last_gave_and_delays_no_refusal()
    {
        var catalog = Catalog(_away, _good);
        (_good.Models, _away.Models, var silent) = (["m1"], ["m2"], _away.Unanswered);
        _away.Unanswered = null;
        Assert.Equal(2, (await catalog.ListAsync(default)).Count);
        _time.Advance(TimeSpan.FromSeconds(31));
        _away.Unanswered = silent;

        Assert.Equal(2, (await AfterAsync(catalog.ListAsync(default), TimeSpan.FromSeconds(1))).Count);
        Assert.Equal(new ModelRoute("m2", "away"), await catalog.ResolveAsync("m2", default).WaitAsync(Bound));
        Assert.Null(await AfterAsync(catalog.ResolveAsync("m3", default), TimeSpan.FromSeconds(1)));
        Assert.Equal(2, _away.Questions);
    }

    [Fact]
    public async Task A_request_without_a_model_gets_the_first_that_answers_and_waits_for_a_silent_backend_once()
    {
        var catalog = Catalog(_away, _good);
        _good.Models = ["m1"];

        Assert.Equal(new ModelRoute("m1", "good"), await AfterAsync(catalog.ResolveAsync(null, default), TimeSpan.FromSeconds(1)));
        await GivenUpAsync(catalog);
        Assert.Equal(new ModelRoute("m1", "good"), await catalog.ResolveAsync(null, default).WaitAsync(Bound));
    }

    [Fact]
    public async Task Who_may_have_a_model_is_told_apart_by_whether_it_answers()
    {
        var catalog = Catalog(_good);
        _good.Failure = new BackendException(EndReason.BackendError, "no") { Status = 401 };
        Assert.Null(await catalog.ResolveAsync("m", default));
        Assert.Empty(catalog.Reach.Unasked);
        Assert.Equal(["good"], catalog.Reach.Unlisted);

        _time.Advance(TimeSpan.FromSeconds(6));
        _good.Failure = new BackendException(EndReason.BackendUnreachable, "down");
        Assert.Null(await catalog.ResolveAsync("m", default));
        Assert.Equal(["good"], catalog.Reach.Unasked);
        Assert.Empty(catalog.Reach.Unlisted);
    }

    [Fact]
    public async Task A_first_prompt_waits_for_a_slow_list()
    {
        var catalog = Catalog(_away);
        _away.Models = ["m"];
        var resolving = catalog.ResolveAsync("m", default);
        await _away.AskedAsync(1);
        _time.Advance(TimeSpan.FromSeconds(4));
        Assert.False(resolving.IsCompleted);

        _away.Unanswered!.SetResult();

        Assert.Equal(new ModelRoute("m", "away"), await resolving.WaitAsync(Bound));
    }

    private ModelCatalog Catalog(params AskedBackend[] backends)
    {
        var options = backends.ToDictionary(b => b.Name, _ => new BackendOptions { Type = BackendType.OpenAiCompatible });
        return new ModelCatalog(new BackendRegistry(backends.Select(b => ((IBackend)b, options[b.Name])), _time), options, null, _time);
    }

    /// <summary>The result, which comes when so much time has passed, or earlier.</summary>
    private async Task<T> AfterAsync<T>(Task<T> task, TimeSpan most)
    {
        var step = most / 10;
        for (var (passed, watch) = (TimeSpan.Zero, Stopwatch.StartNew()); !task.IsCompleted && passed < most; passed += step)
        {
            // What waits may have to begin to.
            await Task.WhenAny(task, Task.Delay(20));
            _time.Advance(step);
            Assert.True(watch.Elapsed < Bound);
        }

        return await task.WaitAsync(TimeSpan.FromSeconds(2));
    }

    /// <summary>The question that is not answered has been given up.</summary>
    private async Task GivenUpAsync(ModelCatalog catalog)
    {
        for (var watch = Stopwatch.StartNew(); catalog.Reach.LastKnown().First().Reach is null; await Task.Yield())
        {
            Assert.True(watch.Elapsed < Bound);
            _time.Advance(TimeSpan.FromSeconds(1));
        }
    }
}
