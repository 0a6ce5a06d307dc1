using Akka.Hosting;
using Petabridge.Cmd.Cluster;
using Petabridge.Cmd.Cluster.Sharding;
using Petabridge.Cmd.Host;
using Petabridge.Cmd.Remote;
using StreamActors.Operations;

namespace StreamActors.PetabridgeCmd;

/// <summary>Wiring of Petabridge.Cmd.</summary>
public static class PetabridgeCmdHosting
{
    /// <summary>Nobody proves anything to it, so it listens for this machine only.</summary>
    public const string Host = "127.0.0.1";

    /// <summary>Starts the host with the palette <c>streams</c>, and in a cluster with its own. Comes after the operations.</summary>
    public static AkkaConfigurationBuilder WithPetabridgeCmd(this AkkaConfigurationBuilder akka, int port) =>
        akka.AddPetabridgeCmd(new PetabridgeCmdOptions { Host = Host, Port = port }, cmd =>
        {
            cmd.RegisterCommandPalette(new StreamsPaletteHandler(ActorRegistry.For(cmd.Sys).Get<OperationsActor>()));
            if (!cmd.Sys.Settings.HasCluster)
                return;
            cmd.RegisterCommandPalette(ClusterCommands.Instance);
            cmd.RegisterCommandPalette(ClusterShardingCommands.Instance);
            cmd.RegisterCommandPalette(new RemoteCommands());
        });
}
