using Akka.Actor;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;
using static StreamActors.Operations.OperationsProtocol;
using Command = Petabridge.Cmd.Command;

namespace StreamActors.PetabridgeCmd;

/// <summary>One connection of pbm: makes requests to the operators' actor of what was typed. Each answer has an actor of its own.</summary>
internal sealed class StreamsCommandHandler : CommandHandlerActor
{
    private const int MostLines = 200;

    private readonly IActorRef _operations;

    public StreamsCommandHandler(IActorRef operations)
        : base(StreamsPalette.Instance)
    {
        _operations = operations;
        Process(StreamsPalette.SessionsList.Name, _ => Request(new ListSessions(MostLines)));
        Process(StreamsPalette.SessionsShow.Name, c => With(c, StreamsPalette.SessionsShow, "session", s => new ShowSession(s)));
        Process(StreamsPalette.SessionsCancel.Name, c => With(c, StreamsPalette.SessionsCancel, "session", s => new CancelSession(s)));
        Process(StreamsPalette.List.Name, _ => Request(new ListStreams(MostLines)));
        Process(StreamsPalette.Cancel.Name, c => With(c, StreamsPalette.Cancel, "trace", t => new CancelStream(t)));
        Process(StreamsPalette.BackendsList.Name, _ => Request(new ListBackends()));
        Process(StreamsPalette.EventsList.Name, _ => Request(new ListEvents(MostLines)));
        Process(StreamsPalette.Drain.Name, Drain);
        Process(StreamsPalette.Stats.Name, _ => Request(new ShowStats()));
        Process(StreamsPalette.LogLevel.Name, c => Request(
            c.ValueOf(StreamsPalette.LogLevel, "level") is { } level ? new SetLogLevel(level) : new ShowLogLevel()));
    }

    private void Drain(Command command)
    {
        switch (command.ValueOf(StreamsPalette.Drain, "state"))
        {
            case null:
                Request(new ShowDrain());
                break;
            case "on":
                Request(new SetDrain(On: true));
                break;
            case "off":
                Request(new SetDrain(On: false));
                break;
            case var other:
                Sender.Tell(new ErroredCommandResponse($"'{other}' is neither on nor off."));
                break;
        }
    }

    private void With(Command command, CommandDefinition definition, string argument, Func<string, Request> request)
    {
        if (command.ValueOf(definition, argument) is { Length: > 0 } value)
            Request(request(value));
        else
            Sender.Tell(new ErroredCommandResponse($"'{definition.Name}' needs the argument '{argument}'."));
    }

    private void Request(Request request)
    {
        var (operations, session) = (_operations, Sender);
        Context.ActorOf(Props.Create(() => new AnswerActor(operations, request, session)));
    }
}
