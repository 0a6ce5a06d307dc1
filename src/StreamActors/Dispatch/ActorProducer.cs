using Akka.Actor;

namespace StreamActors.Dispatch;

/// <summary>Makes an actor by a delegate: no expression is read and nothing is looked up for each one.</summary>
/// <param name="make">Makes it.</param>
internal sealed class ActorProducer<TActor>(Func<TActor> make) : IIndirectActorProducer
    where TActor : ActorBase
{
    public Type ActorType => typeof(TActor);

    public ActorBase Produce() => make();

    public void Release(ActorBase actor)
    {
    }
}
