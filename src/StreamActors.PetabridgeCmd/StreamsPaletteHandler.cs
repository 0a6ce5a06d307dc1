using Akka.Actor;
using Petabridge.Cmd.Host;

namespace StreamActors.PetabridgeCmd;

/// <summary>Makes a handler for each connection of pbm.</summary>
/// <param name="operations">The operators' actor.</param>
internal sealed class StreamsPaletteHandler(IActorRef operations) : CommandPaletteHandler(StreamsPalette.Instance)
{
    public override Props HandlerProps => Props.Create(() => new StreamsCommandHandler(operations));
}
