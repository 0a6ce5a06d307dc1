using StreamActors.Backends.ChatClient;
using StreamActors.Backends.Demo;
using StreamActors.Backends.Ollama;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Backends.Upstream;

namespace StreamActors.Backends;

/// <summary>The configured backends by name, each with its load.</summary>
/// <param name="backends">The backends.</param>
/// <param name="time">Their clock; null: the system's.</param>
public sealed class BackendRegistry(IEnumerable<(IBackend Backend, BackendOptions Options)> backends, TimeProvider? time = null) : IDisposable
{
    private readonly Dictionary<string, (IBackend Backend, BackendLoad Load)> _byName = backends.ToDictionary(
        b => b.Backend.Name, b => (b.Backend, new BackendLoad(b.Options, time)), StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public IReadOnlyCollection<IBackend> All => [.. _byName.Values.Select(b => b.Backend)];

    /// <summary>How many connections to model servers this process has, idle ones among them.</summary>
    public static int Connections => UpstreamHandles.OfProcess.Open;

    /// <summary>The backend of a name that <see cref="ModelCatalog"/> gave out.</summary>
    /// <exception cref="KeyNotFoundException">No such backend is configured.</exception>
    public IBackend Get(string name) => _byName[name].Backend;

    /// <summary>What runs at the backend of that name.</summary>
    /// <exception cref="KeyNotFoundException">No such backend is configured.</exception>
    public BackendLoad LoadOf(string name) => _byName[name].Load;

    /// <summary>Makes what the configuration says.</summary>
    /// <param name="options">The backends by name.</param>
    /// <param name="time">Their clock.</param>
    /// <param name="services">Holds the chat clients that the program brings along.</param>
    public static BackendRegistry Create(
        IReadOnlyDictionary<string, BackendOptions> options, TimeProvider time, IServiceProvider? services = null) =>
        new(options.Select(o => (Create(o.Key, o.Value, time, services), o.Value)), time);

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (backend, _) in _byName.Values)
        {
            try
            {
                (backend as IDisposable)?.Dispose();
            }
            catch (Exception)
            {
                // Foreign code; the others are let go of all the same, and so is what comes after them.
            }
        }
    }

    private static IBackend Create(string name, BackendOptions options, TimeProvider time, IServiceProvider? services) => options.Type switch
    {
        BackendType.Demo => new DemoBackend(name, options, time),
        BackendType.OpenAiCompatible => new OpenAiCompatibleBackend(name, options, time, services?.GetService(typeof(Serilog.ILogger)) as Serilog.ILogger),
        BackendType.Ollama => new OllamaBackend(name, options, time),
        BackendType.ChatClient => new ChatClientBackend(name, options, ChatClients.Of(name, services), time),
        _ => throw new ArgumentOutOfRangeException(nameof(options), options.Type, "No such backend type."),
    };
}
