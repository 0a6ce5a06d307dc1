using Akka.Actor;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Telemetry;

namespace StreamActors.Operations;

/// <summary>What operators look at and act on.</summary>
/// <param name="Sessions">The parent of the node's sessions.</param>
/// <param name="Options">Says how long a stop may take.</param>
/// <param name="Directory">The live sessions.</param>
/// <param name="SessionOf">Whose session a stream belongs or lately belonged to, or null.</param>
/// <param name="Backends">The backends.</param>
/// <param name="Models">Knows which of them can be reached.</param>
/// <param name="Statistics">The figures.</param>
/// <param name="Events">The newest events.</param>
/// <param name="Drain">Whether new prompts are taken.</param>
/// <param name="Levels">The log's level, or null where the log is not this program's.</param>
/// <param name="Log">Where actions are logged.</param>
public sealed record OperationsResources(
    IActorRef Sessions,
    SessionsOptions Options,
    SessionDirectory Directory,
    Func<TraceId, SessionKey?> SessionOf,
    BackendRegistry Backends,
    ModelCatalog Models,
    StreamStatistics Statistics,
    RecentEvents Events,
    IDrainSwitch Drain,
    LogLevels? Levels,
    OperatorLog Log);
