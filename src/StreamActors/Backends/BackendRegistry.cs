using StreamActors.Backends.Demo;
using StreamActors.Backends.OpenAiCompatible;

namespace StreamActors.Backends;

/// <summary>The configured backends by name, each with its load.</summary>
public sealed class BackendRegistry(IEnumerable<(IBackend Backend, BackendOptions Options)> backends) : IDisposable
{
    private readonly Dictionary<string, (IBackend Backend, BackendLoad Load)> _byName = backends.ToDictionary(
        b => b.Backend.Name, b => (b.Backend, new BackendLoad(b.Options)), StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<IBackend> All => [.. _byName.Values.Select(b => b.Backend)];

    /// <summary>The backend of a name that <see cref="ModelCatalog"/> gave out.</summary>
    /// <exception cref="KeyNotFoundException">No such backend is configured.</exception>
    public IBackend Get(string name) => _byName[name].Backend;

    /// <summary>What runs at the backend of that name.</summary>
    /// <exception cref="KeyNotFoundException">No such backend is configured.</exception>
    public BackendLoad LoadOf(string name) => _byName[name].Load;

    /// <summary>
    /// Makes room in the thread pool for what code that may block does there in spite of its own threads, after a
    /// <c>ConfigureAwait(false)</c>: for as many as may be detached and as many in their grace. The pool would else grow by a thread or
    /// two a second while everybody waits.
    /// </summary>
    public void ReserveThreads()
    {
        var reserve = _byName.Values.Where(b => b.Backend.MayBlock).Sum(b => 2 * b.Load.MaxDetached);
        ThreadPool.GetMinThreads(out var workers, out var completions);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount + reserve), completions);
    }

    /// <summary>Makes what the configuration says.</summary>
    public static BackendRegistry Create(IReadOnlyDictionary<string, BackendOptions> options, TimeProvider time) =>
        new(options.Select(o => (Create(o.Key, o.Value, time), o.Value)));

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (backend, load) in _byName.Values)
        {
            try
            {
                (backend as IDisposable)?.Dispose();
            }
            catch (Exception)
            {
                // Foreign code; the others are let go of all the same, and so is what comes after them.
            }

            load.Dispose();
        }
    }

    private static IBackend Create(string name, BackendOptions options, TimeProvider time) => options.Type switch
    {
        BackendType.Demo => new DemoBackend(name, options, time),
        BackendType.OpenAiCompatible => new OpenAiCompatibleBackend(name, options),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Type, "No such backend type."),
    };
}
