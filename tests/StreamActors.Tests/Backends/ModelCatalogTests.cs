using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

public class ModelCatalogTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly AskedBackend _asked = new("asked");

    [Fact]
    public async Task A_configured_model_is_found_without_asking_anybody()
    {
        Assert.Equal(new ModelRoute("m1", "fixed"), await Catalog().ResolveAsync("m1", default));
        Assert.Equal(0, _asked.Questions);
    }

    [Fact]
    public async Task A_backend_without_models_is_asked_and_its_answer_is_remembered()
    {
        var catalog = Catalog();
        _asked.Models = ["m2"];

        Assert.Equal(new ModelRoute("m2", "asked"), await catalog.ResolveAsync("m2", default));
        Assert.Null(await catalog.ResolveAsync("m3", default));
        Assert.Equal(1, _asked.Questions);

        _time.Advance(TimeSpan.FromSeconds(31));
        _asked.Models = ["m3"];
        Assert.NotNull(await catalog.ResolveAsync("m3", default));
    }

    [Fact]
    public async Task A_backend_that_cannot_be_asked_keeps_the_names_it_last_gave()
    {
        var catalog = Catalog();
        _asked.Models = ["m2"];
        await catalog.ListAsync(default);
        _time.Advance(TimeSpan.FromSeconds(31));
        _asked.Models = null;

        Assert.Contains(new ModelRoute("m2", "asked"), await catalog.ListAsync(default));
        Assert.Equal(ReachState.Unreachable, (await catalog.Reach.CheckAsync(default))["asked"].State);
    }

    [Fact]
    public async Task No_name_means_the_default_and_a_backends_name_means_its_default()
    {
        Assert.Equal(new ModelRoute("m1", "fixed"), await Catalog().ResolveAsync(null, default));
        Assert.Equal(new ModelRoute("best", "fixed"), await Catalog().ResolveAsync("fixed", default));
    }

    [Fact]
    public async Task Many_who_ask_at_once_cause_one_question()
    {
        var catalog = Catalog();
        _asked.Models = ["m2"];

        await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => catalog.ResolveAsync("m2", default)));

        Assert.Equal(1, _asked.Questions);
    }

    [Fact]
    public async Task A_backend_that_does_not_answer_is_waited_for_as_long_as_a_connection_may_take_and_not_asked_a_second_time()
    {
        var catalog = Catalog();
        _asked.Unanswered = new TaskCompletionSource();
        var resolving = catalog.ResolveAsync("m2", default);
        await _asked.AskedAsync(1);

        // The wait may begin a moment after the question has come.
        for (var watch = Stopwatch.StartNew(); !resolving.IsCompleted && watch.Elapsed < TimeSpan.FromSeconds(10); await Task.Yield())
            _time.Advance(TimeSpan.FromSeconds(5));
        Assert.Null(await resolving.WaitAsync(TimeSpan.FromSeconds(1)));
        Assert.Equal(ReachState.Unreachable, (await catalog.Reach.CheckAsync(default))["asked"].State);

        _time.Advance(TimeSpan.FromSeconds(6));
        Assert.Null(await catalog.ResolveAsync("m2", default).WaitAsync(TimeSpan.FromSeconds(10)));
        Assert.Equal(1, _asked.Questions);

        _asked.Models = ["m2"];
        _asked.Unanswered.SetResult();
        ModelRoute? route = null;
        for (var watch = Stopwatch.StartNew(); route is null && watch.Elapsed < TimeSpan.FromSeconds(10);)
        {
            _time.Advance(TimeSpan.FromSeconds(6));
            route = await catalog.ResolveAsync("m2", default).WaitAsync(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(new ModelRoute("m2", "asked"), route);
    }

    [Fact]
    public async Task What_a_backend_does_when_its_question_is_given_up_hurts_nobody()
    {
        var catalog = Catalog();
        var onThePool = new TaskCompletionSource<bool>();
        _asked.Unanswered = new TaskCompletionSource();
        _asked.WhenGivenUp = () =>
        {
            onThePool.TrySetResult(Thread.CurrentThread.IsThreadPoolThread);
            throw new InvalidOperationException("It cannot give up.");
        };
        var resolving = catalog.ResolveAsync("m2", default);
        await _asked.AskedAsync(1);

        for (var watch = Stopwatch.StartNew(); !resolving.IsCompleted && watch.Elapsed < TimeSpan.FromSeconds(10); await Task.Yield())
            _time.Advance(TimeSpan.FromSeconds(5));

        Assert.Null(await resolving.WaitAsync(TimeSpan.FromSeconds(1)));
        Assert.False(await onThePool.Task.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    [Fact]
    public async Task Who_asks_after_health_waits_half_a_second_for_a_backend_and_then_goes_by_what_it_said_before()
    {
        var catalog = Catalog();
        _asked.Models = ["m2"];
        Assert.Equal(ReachState.Reachable, (await catalog.Reach.CheckAsync(default))["asked"].State);
        _time.Advance(TimeSpan.FromSeconds(31));
        _asked.Unanswered = new TaskCompletionSource();

        var check = catalog.Reach.CheckAsync(default);
        await _asked.AskedAsync(2);
        for (var watch = Stopwatch.StartNew(); !check.IsCompleted && watch.Elapsed < TimeSpan.FromSeconds(10); await Task.Yield())
            _time.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(ReachState.Reachable, (await check)["asked"].State);
    }

    [Fact]
    public async Task A_prompt_for_a_known_model_does_not_wait_while_the_list_is_asked_for_again()
    {
        var catalog = Catalog();
        _asked.Models = ["m2"];
        await catalog.ListAsync(default);
        _time.Advance(TimeSpan.FromSeconds(31));
        _asked.Unanswered = new TaskCompletionSource();

        Assert.Equal(new ModelRoute("m2", "asked"), await catalog.ResolveAsync("m2", default).WaitAsync(TimeSpan.FromSeconds(10)));

        await _asked.AskedAsync(2);
    }

    private ModelCatalog Catalog()
    {
        var options = new Dictionary<string, BackendOptions>
        {
            ["fixed"] = new() { Type = BackendType.Demo, Models = ["m1"], DefaultModel = "best" },
            ["asked"] = new() { Type = BackendType.OpenAiCompatible },
        };
        return new ModelCatalog(new BackendRegistry([(new AskedBackend("fixed"), options["fixed"]), (_asked, options["asked"])], _time), options, "m1", _time);
    }
}
