using Akka.Actor;
using Petabridge.Cmd;
using StreamActors.Operations;

namespace StreamActors.PetabridgeCmd;

/// <summary>One answer on its way to a connection of pbm, line by line. Bounded: the operators' actor answers sooner, whatever was asked.</summary>
internal sealed class AnswerActor : UntypedActor
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(75);
    private static readonly Operator Pbm = new("pbm");

    private readonly IActorRef _operations;
    private readonly OperationsProtocol.Request _request;
    private readonly IActorRef _session;

    public AnswerActor(IActorRef operations, OperationsProtocol.Request request, IActorRef session) =>
        (_operations, _request, _session) = (operations, request, session);

    protected override void PreStart()
    {
        SetReceiveTimeout(Patience);
        _operations.Tell(new OperationsProtocol.Command(Pbm, _request), Self);
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case OperationsReply.Refused refused:
                Say(new ErroredCommandResponse(refused.Message));
                break;
            case OperationsReply reply:
                foreach (var line in AnswerText.Of(reply))
                    Say(new CommandResponse(line, final: false));
                Say(CommandResponse.Empty);
                break;
            case ReceiveTimeout:
                Say(new ErroredCommandResponse("The server has not answered in time."));
                break;
        }

        Context.Stop(Self);
    }

    private void Say(CommandResponse response) => _session.Tell(response, Context.Parent);
}
