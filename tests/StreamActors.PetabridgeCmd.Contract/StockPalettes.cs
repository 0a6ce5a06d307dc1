using Akka.Actor;
using Petabridge.Cmd.Host;

namespace Petabridge.Cmd
{
    internal sealed class ContractStockPalette(string moduleName) : CommandPaletteHandler(new CommandPalette(moduleName, []))
    {
        public override Props HandlerProps => Props.Empty;
    }
}

namespace Petabridge.Cmd.Cluster
{
    /// <summary>The cluster's own commands.</summary>
    public static class ClusterCommands
    {
        public static CommandPaletteHandler Instance { get; } = new ContractStockPalette("cluster");
    }
}

namespace Petabridge.Cmd.Cluster.Sharding
{
    /// <summary>Those of sharding.</summary>
    public static class ClusterShardingCommands
    {
        public static CommandPaletteHandler Instance { get; } = new ContractStockPalette("cluster-sharding");
    }
}

namespace Petabridge.Cmd.Remote
{
    /// <summary>Those of remoting.</summary>
    public sealed class RemoteCommands() : CommandPaletteHandler(new CommandPalette("remote", []))
    {
        public override Props HandlerProps => Props.Empty;
    }
}
