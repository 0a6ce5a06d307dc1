using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;

namespace StreamActors.Backends.ChatClient;

/// <summary>Which registered client serves a backend: the one under the backend's name, else the only one that has no key.</summary>
public static class ChatClients
{
    /// <summary>The client.</summary>
    /// <exception cref="InvalidOperationException">None is registered.</exception>
    public static IChatClient Of(string backend, IServiceProvider? services) =>
        services?.GetKeyedService<IChatClient>(backend) ?? services?.GetService<IChatClient>()
        ?? throw new InvalidOperationException(Missing(backend));

    /// <summary>One line for each backend of this type that would find no client, or could not say which.</summary>
    public static IEnumerable<string> Faults(IReadOnlyDictionary<string, BackendOptions> backends, IServiceCollection services)
    {
        var clients = services.Where(s => s.ServiceType == typeof(IChatClient)).ToList();
        var unkeyed = clients.Count(s => !s.IsKeyedService);
        return backends
            .Where(b => b.Value.Type == BackendType.ChatClient && unkeyed != 1 && !clients.Any(c => IsUnder(c, b.Key)))
            .Select(b => unkeyed == 0 ? Missing(b.Key) : $"{Missing(b.Key)}; there are {unkeyed} without one");
    }

    private static bool IsUnder(ServiceDescriptor service, string backend) =>
        service.IsKeyedService && (Equals(service.ServiceKey, backend) || ReferenceEquals(service.ServiceKey, KeyedService.AnyKey));

    private static string Missing(string backend) =>
        $"Backends:{backend}: needs an IChatClient that the program registers under the key \"{backend}\", or as the only one without a key";
}
