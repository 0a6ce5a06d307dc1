using Akka.Actor;
using Akka.Event;
using Serilog.Events;
using StreamActors.Protocol;
using static StreamActors.Operations.OperationsProtocol;

namespace StreamActors.Operations;

/// <summary>
/// Takes every operator's commands, whatever way they came: looks up, acts, and logs each action with who did it. Waits for
/// nothing itself; a stop has an actor of its own until its receipt is there.
/// </summary>
public sealed class OperationsActor : UntypedActor
{
    private readonly OperationsResources _resources;
    private readonly OperationsReader _read;
    private int _cancellations;

    /// <summary>Made by <see cref="Props"/>.</summary>
    public OperationsActor(OperationsResources resources) => (_resources, _read) = (resources, new OperationsReader(resources));

    /// <summary>Props of the one actor.</summary>
    public static Props Props(OperationsResources resources) => Akka.Actor.Props.Create(() => new OperationsActor(resources));

    /// <inheritdoc/>
    protected override SupervisorStrategy SupervisorStrategy() => Akka.Actor.SupervisorStrategy.StoppingStrategy;

    /// <inheritdoc/>
    protected override void OnReceive(object message)
    {
        if (message is not Command command)
            return;
        switch (command.Request)
        {
            case CancelSession r:
                Cancel(command.By, r);
                break;
            case CancelStream r:
                Cancel(command.By, r);
                break;
            case SetDrain r:
                Sender.Tell(Drain(command.By, r.On));
                break;
            case SetLogLevel r:
                Sender.Tell(Level(command.By, r.Level));
                break;
            case ListBackends:
                _resources.Models.Reach.CheckAsync(CancellationToken.None).PipeTo(
                    Sender, Self, _read.Backends, _ => new OperationsReply.Refused(Refusal.Unavailable, "The backends could not be asked."));
                break;
            default:
                Sender.Tell(Look(command.Request));
                break;
        }
    }

    private OperationsReply Look(Request request) => request switch
    {
        ListSessions r => _read.Sessions(r.Most),
        ListStreams r => _read.Streams(r.Most),
        ListEvents r => new OperationsReply.EventList(_resources.Events.Newest(r.Most)),
        ShowSession r => Show(r.Target),
        ShowDrain => _read.Drain(),
        ShowStats => _read.Figures(),
        ShowLogLevel => _resources.Levels is { } levels ? new OperationsReply.LogLevel(levels.Level.ToString()) : NoLevel(),
        _ => new OperationsReply.Refused(Refusal.Invalid, "There is no such request."),
    };

    private OperationsReply Show(string target)
    {
        if (_read.Session(target, out var refused) is not { } key)
            return refused!;
        return _resources.Directory.Find(key) is { } view ? new OperationsReply.SessionShown(view) : OperationsReader.NoSession();
    }

    private void Cancel(Operator by, CancelSession request)
    {
        const string action = "sessions_cancel";
        if (_read.Session(request.Target, out var refused) is { } session)
            Start(new CancellationActor.Order(
                new SessionProtocol.EndSession(session, EndReason.AdminCancel), by, action, OperationsReader.Name(session), Sender));
        else
            Refuse(by, action, request.Target, refused!);
    }

    private void Cancel(Operator by, CancelStream request)
    {
        const string action = "streams_cancel";
        if (_read.Stream(request.Target, out var refused) is { } stream)
            Start(new CancellationActor.Order(
                new SessionProtocol.CancelStream(stream.Session, stream.Trace, EndReason.AdminCancel), by, action,
                OperationsReader.Name(stream.Session), Sender));
        else
            Refuse(by, action, request.Target, refused!);
    }

    private void Start(CancellationActor.Order order) =>
        Context.ActorOf(Akka.Actor.Props.Create(() => new CancellationActor(order, _resources)), $"cancellation-{++_cancellations}");

    private void Refuse(Operator by, string action, string target, OperationsReply.Refused refused)
    {
        _resources.Log.Write(by, action, target, refused.Why.Name());
        Sender.Tell(refused);
    }

    private OperationsReply Drain(Operator by, bool on)
    {
        var was = _resources.Drain.On;
        var done = _resources.Drain.TrySet(on);
        var state = on ? "on" : "off";
        _resources.Log.Write(by, $"drain_{state}", "", !done ? "refused_stopping" : was == on ? $"already_{state}" : state);
        return done ? _read.Drain() : new OperationsReply.Refused(Refusal.Stopping, "The server is stopping, which cannot be undone.");
    }

    private OperationsReply Level(Operator by, string name)
    {
        const string action = "log_level";
        if (_resources.Levels is not { } levels)
        {
            _resources.Log.Write(by, action, name, Refusal.Unavailable.Name());
            return NoLevel();
        }

        if (!Enum.GetNames<LogEventLevel>().Contains(name, StringComparer.OrdinalIgnoreCase))
        {
            _resources.Log.Write(by, action, name, Refusal.Invalid.Name());
            return new OperationsReply.Refused(Refusal.Invalid, $"The level is one of {string.Join(", ", Enum.GetNames<LogEventLevel>())}.");
        }

        levels.Level = Enum.Parse<LogEventLevel>(name, ignoreCase: true);
        Context.System.EventStream.SetLogLevel(OfActors(levels.Level));
        _resources.Log.Write(by, action, levels.Level.ToString(), "set");
        return new OperationsReply.LogLevel(levels.Level.ToString());
    }

    /// <summary>The actors' own level, as at the start: what is below a warning only when somebody looks for it.</summary>
    private static LogLevel OfActors(LogEventLevel level) => level <= LogEventLevel.Debug ? LogLevel.DebugLevel : LogLevel.WarningLevel;

    private static OperationsReply.Refused NoLevel() =>
        new(Refusal.Unavailable, "The log belongs to the program that this server is a part of; its level is set there.");
}
