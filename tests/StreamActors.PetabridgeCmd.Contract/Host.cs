using Akka.Actor;
using Akka.Hosting;

namespace Petabridge.Cmd.Host;

/// <summary>Carries out the commands of one connection. This one works: commands come as messages, each to the code given for its name.</summary>
public abstract class CommandHandlerActor : ReceiveActor
{
    private readonly Dictionary<string, Action<Command>> _handlers = [];

    protected CommandHandlerActor(CommandPalette palette) => Receive<Command>(command =>
    {
        if (palette.Commands.All(known => known.Name != command.Name))
            throw new InvalidOperationException($"The palette has no command '{command.Name}'.");
        _handlers[command.Name](command);
    });

    public void Process(string commandName, Action<Command> handler) => _handlers.Add(commandName, handler);
}

/// <summary>Makes handlers for a palette.</summary>
public abstract class CommandPaletteHandler(CommandPalette palette)
{
    public CommandPalette Palette { get; } = palette;

    public abstract Props HandlerProps { get; }

    public virtual void OnRegister(PetabridgeCmd plugin)
    {
    }
}

/// <summary>The host in an actor system.</summary>
public sealed class PetabridgeCmd : IExtension
{
    internal PetabridgeCmd(ExtendedActorSystem system) => Sys = system;

    public ExtendedActorSystem Sys { get; }

    internal List<CommandPaletteHandler> Registered { get; } = [];

    public bool RegisterCommandPalette(CommandPaletteHandler handler)
    {
        Registered.Add(handler);
        return true;
    }
}

/// <summary>Where the host listens.</summary>
public sealed class PetabridgeCmdOptions
{
    public string? Host { get; set; }

    public int? Port { get; set; }
}

/// <summary>Wiring of the host. This one listens nowhere: it notes what it was given.</summary>
public static class ContractHosting
{
    public static AkkaConfigurationBuilder AddPetabridgeCmd(
        this AkkaConfigurationBuilder akka, PetabridgeCmdOptions options, Action<PetabridgeCmd> hostConfiguration) =>
        akka.AddStartup((system, registry) =>
        {
            var host = new PetabridgeCmd((ExtendedActorSystem)system);
            hostConfiguration(host);
            registry.Register<ContractHost>(system.ActorOf(Props.Create(() => new ContractHost(options, host)), "petabridge.cmd"));
        });
}

/// <summary>Says what was registered and where it would listen.</summary>
public sealed class ContractHost : ReceiveActor
{
    public ContractHost(PetabridgeCmdOptions options, PetabridgeCmd host) =>
        Receive<string>(_ => Sender.Tell((options.Host, options.Port, string.Join(' ', host.Registered.Select(r => r.Palette.ModuleName)))));
}
