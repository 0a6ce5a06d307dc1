using Akka.Hosting;
using StreamActors.Server.Http.Operators;
#if PETABRIDGE_CMD
using StreamActors.PetabridgeCmd;
#endif

namespace StreamActors.Server.Hosting;

/// <summary>Petabridge.Cmd, in a server that was built with it (<c>./run.sh --pbm</c>); nothing in any other.</summary>
internal static class Pbm
{
    public static AkkaConfigurationBuilder WithPbm(this AkkaConfigurationBuilder akka, OperationsOptions options)
    {
#if PETABRIDGE_CMD
        akka.WithPetabridgeCmd(options.PbmPort);
#endif
        return akka;
    }
}
