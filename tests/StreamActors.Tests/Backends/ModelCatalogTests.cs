using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends;
using StreamActors.Protocol;

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
        Assert.False((await catalog.CheckAsync(default))["asked"]);
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

    private ModelCatalog Catalog()
    {
        var options = new Dictionary<string, BackendOptions>
        {
            ["fixed"] = new() { Type = BackendType.Demo, Models = ["m1"], DefaultModel = "best" },
            ["asked"] = new() { Type = BackendType.OpenAiCompatible },
        };
        return new ModelCatalog(new BackendRegistry([(new AskedBackend("fixed"), options["fixed"]), (_asked, options["asked"])]), options, "m1", _time);
    }

    private sealed class AskedBackend(string name) : IBackend
    {
        private int _questions;

        public string Name => name;

        public string[]? Models { get; set; }

        public int Questions => _questions;

        public IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, CancellationToken cancellation) => throw new NotSupportedException();

        public async Task<IReadOnlyList<string>> ListModelsAsync(CancellationToken cancellation)
        {
            Interlocked.Increment(ref _questions);
            await Task.Yield();
            return Models ?? throw new BackendException(EndReason.BackendUnreachable, "down");
        }
    }
}
