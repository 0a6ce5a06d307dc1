using Akka.Configuration;
using Akka.Dispatch;

namespace StreamActors.Dispatch;

/// <summary>Akka's executor for <see cref="RunToCompletion"/>: on the thread that keeps mailboxes, else on the pool, where each
/// run keeps those that it sets in motion.</summary>
/// <param name="id">The dispatcher's name.</param>
internal sealed class RunToCompletionExecutor(string id) : ExecutorService(id)
{
    public override void Execute(IRunnable run) => RunToCompletion.Post(run);

    public override void Shutdown()
    {
        // The pool is nobody's own.
    }
}

/// <summary>What Akka's configuration names to get that executor.</summary>
public sealed class RunToCompletionConfigurator(Config config, IDispatcherPrerequisites prerequisites)
    : ExecutorServiceConfigurator(config, prerequisites)
{
    /// <summary>HOCON that has every actor run so.</summary>
    public static string Hocon { get; } =
        $"akka.actor.default-dispatcher.executor = \"{typeof(RunToCompletionConfigurator).FullName}, {typeof(RunToCompletionConfigurator).Assembly.GetName().Name}\"";

    /// <inheritdoc/>
    public override ExecutorService Produce(string id) => new RunToCompletionExecutor(id);
}

/// <summary>A mailbox's turn on the pool.</summary>
internal sealed class PoolRun(IRunnable mailbox) : IThreadPoolWorkItem
{
    public static void Queue(IRunnable mailbox) => ThreadPool.UnsafeQueueUserWorkItem(new PoolRun(mailbox), preferLocal: false);

    public void Execute()
    {
        using (RunToCompletion.Begin())
            mailbox.Run();
    }
}
