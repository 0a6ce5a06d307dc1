using Akka.Actor;
using StreamActors.Streaming;

namespace StreamActors.Soak.Host;

/// <summary>The actors that live, by looking at the tree itself.</summary>
public static class ActorTree
{
    /// <summary>Paths of all actors below <c>/user/sessions</c>: sessions and their generations.</summary>
    public static IReadOnlyList<string> Sessions(ActorSystem system) => Below(Child(Guardian(system), "sessions"));

    /// <summary>Paths of stream islands that carry an answer: as many of all as that are.</summary>
    /// <param name="system">Has them.</param>
    /// <param name="paths">Says how many of them are idle.</param>
    public static IReadOnlyList<string> Streams(ActorSystem system, TokenPaths paths) => [.. Islands(system).Skip(paths.Idle)];

    /// <summary>Paths of all stream islands, wherever a materializer keeps them.</summary>
    public static IReadOnlyList<string> Islands(ActorSystem system) =>
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
