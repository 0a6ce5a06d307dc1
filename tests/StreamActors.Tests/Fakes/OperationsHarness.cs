using System.Collections.Concurrent;
using Akka.Actor;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using StreamActors.Backends;
using StreamActors.Operations;
using StreamActors.Telemetry;

namespace StreamActors.Tests.Fakes;

/// <summary>The operators' actor over the real sessions, with its log in memory.</summary>
internal sealed class OperationsHarness : ILogEventSink, IDrainSwitch
{
    private readonly ConcurrentQueue<string> _lines = new();

    public OperationsHarness(ActorSystem system, bool ownLog = true)
    {
        Sessions = new SessionsHarness(system);
        var name = Sessions.Backend.Name;
        var models = new ModelCatalog(
            Sessions.Backends, new Dictionary<string, BackendOptions> { [name] = Sessions.Limits }, defaultModel: null, Sessions.Time);
        // As the server's log is made: at the level that is set, but for what operators do.
        var log = new LoggerConfiguration().MinimumLevel.ControlledBy(Levels.Own)
            .MinimumLevel.Override(typeof(OperatorLog).FullName!, LogEventLevel.Verbose).WriteTo.Sink(this).CreateLogger();
        Actor = system.ActorOf(OperationsActor.Props(new OperationsResources(
            Sessions.Sessions, Sessions.Options, Sessions.Directory, Sessions.Responses.FindSession, Sessions.Backends, models,
            Sessions.Statistics, Sessions.Events, this, ownLog ? Levels : null, new OperatorLog(log))));
    }

    public SessionsHarness Sessions { get; }

    public IActorRef Actor { get; }

    public LogLevels Levels { get; } = new(LogEventLevel.Information);

    public bool On { get; private set; }

    public bool Stopping { get; set; }

    /// <summary>What was logged of operators.</summary>
    public IReadOnlyList<string> Lines => [.. _lines];

    public bool TrySet(bool on)
    {
        if (!Stopping)
            On = on;
        return !Stopping;
    }

    public Task<OperationsReply> AskAsync(OperationsProtocol.Request request) =>
        Actor.Ask<OperationsReply>(new OperationsProtocol.Command(new Operator("test", "eve\nforged"), request), TimeSpan.FromSeconds(10));

    public void Emit(LogEvent logEvent) => _lines.Enqueue(logEvent.RenderMessage(System.Globalization.CultureInfo.InvariantCulture).Replace("\"", ""));
}
