using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Telemetry;

namespace StreamActors.Operations;

/// <summary>Wiring of the operations.</summary>
public static class OperationsHosting
{
    /// <summary>Starts the operators' actor: <c>IRequiredActor&lt;OperationsActor&gt;</c>. Comes after the sessions.</summary>
    /// <param name="akka">The actor system.</param>
    /// <param name="services">Everything it needs, a <see cref="LogLevels"/> only where the log is this program's.</param>
    /// <param name="sessionOf">Whose session a stream belongs or lately belonged to, or null.</param>
    public static AkkaConfigurationBuilder WithOperations(
        this AkkaConfigurationBuilder akka, IServiceProvider services, Func<TraceId, SessionKey?> sessionOf) =>
        akka.WithActors((system, registry) => registry.Register<OperationsActor>(system.ActorOf(
            OperationsActor.Props(new OperationsResources(
                registry.Get<SessionsParent>(),
                services.GetRequiredService<SessionsOptions>(),
                services.GetRequiredService<SessionDirectory>(),
                sessionOf,
                services.GetRequiredService<BackendRegistry>(),
                services.GetRequiredService<ModelCatalog>(),
                services.GetRequiredService<StreamStatistics>(),
                services.GetRequiredService<RecentEvents>(),
                services.GetRequiredService<IDrainSwitch>(),
                services.GetService<LogLevels>(),
                new OperatorLog(services.GetRequiredService<ILogger>()))),
            "operations")));
}
