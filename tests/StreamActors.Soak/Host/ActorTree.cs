using Akka.Actor;

namespace StreamActors.Soak.Host;

/// <summary>The actors that live, by looking at the tree itself.</summary>
public static class ActorTree
{
    /// <summary>Paths of all actors below <c>/user/sessions</c>: sessions and their generations.</summary>
    public static IReadOnlyList<string> Sessions(ActorSystem system) => Below(Child(Guardian(system), "sessions"));

    /// <summary>Paths of all running stream islands, wherever a materializer keeps them.</summary>
    public static IReadOnlyList<string> Streams(ActorSystem system) =>
    [
        .. Below(Guardian(system)).Concat(Below(((ExtendedActorSystem)system).SystemGuardian))
            .Where(path => path.Contains("/StreamSupervisor-", StringComparison.Ordinal))
            .Where(path => !path[(path.LastIndexOf('/') + 1)..].StartsWith("StreamSupervisor-", StringComparison.Ordinal)),
    ];

    private static IInternalActorRef Guardian(ActorSystem system) => ((ExtendedActorSystem)system).Guardian;

    private static ActorRefWithCell Child(IInternalActorRef parent, string name) =>
        ((ActorRefWithCell)parent).Children.OfType<ActorRefWithCell>().Single(child => child.Path.Name == name);

    private static IReadOnlyList<string> Below(IInternalActorRef parent) =>
    [
        .. ((ActorRefWithCell)parent).Children.OfType<ActorRefWithCell>()
            .SelectMany(child => Below(child).Prepend(child.Path.ToStringWithoutAddress())),
    ];
}
