using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Dispatch;
using StreamActors.Generations;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Sessions;

/// <summary>Key of the sessions' parent in Akka.Hosting's registry: <c>IRequiredActor&lt;SessionsParent&gt;</c>.</summary>
public sealed class SessionsParent;

/// <summary>Wiring of the sessions.</summary>
public static class SessionsHosting
{
    /// <summary>Starts the parent of this node's sessions. Everything it needs comes from the service provider.</summary>
    public static AkkaConfigurationBuilder WithSessions(this AkkaConfigurationBuilder akka, IServiceProvider services)
    {
        var backends = services.GetRequiredService<BackendRegistry>();
        var generations = new GenerationResources(
            backends,
            services.GetRequiredService<GenerationsOptions>(),
            services.GetRequiredService<TimeProvider>())
        {
            Paths = services.GetRequiredService<TokenPaths>(),
            Troubles = services.GetRequiredService<BackendTroubles>(),
        };
        var sessions = new SessionResources(
            services.GetRequiredService<SessionsOptions>(),
            services.GetRequiredService<OpenResponses>(),
            backends,
            services.GetRequiredService<SessionDirectory>(),
            new StreamLogs(services.GetServices<IStreamLog>()),
            spec => GenerationActor.Props(spec, generations),
            services.GetRequiredService<TimeProvider>());
        return akka.AddHocon(RunToCompletionConfigurator.Hocon, HoconAddMode.Prepend).WithActors(async (system, registry) =>
        {
            registry.Register<SessionsParent>(system.ActorOf(SessionsActor.Props(sessions), "sessions"));
            await TokenPaths.ReadyAsync(system);
        });
    }
}
