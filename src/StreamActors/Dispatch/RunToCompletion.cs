using Akka.Dispatch;

namespace StreamActors.Dispatch;

/// <summary>
/// Keeps actors on the thread that gave them work: between <see cref="Begin"/> and the end of what it returns, mailboxes that
/// get something to do are not handed to the pool but run on this thread at that end, one after another, and so are those which
/// they in turn set in motion. What one event causes (a token, a prompt) costs no change of threads then. Only from places that
/// hold no lock, and only for what does not block.
/// </summary>
public static class RunToCompletion
{
    /// <summary>How many mailboxes run in one go; the rest goes to the pool, so that nobody's thread is held by others' work.</summary>
    internal const int MostRuns = 32;

    private static readonly ExecutionContext? Clean = CaptureClean();
    private static readonly ContextCallback RunAll = kept => ((Kept)kept!).Run();

    [ThreadStatic]
    private static Kept? t_kept;

    /// <summary>Begins to keep; within another such scope nothing is changed.</summary>
    public static Scope Begin()
    {
        var kept = t_kept ??= new Kept();
        return new Scope(kept.Open() ? kept : null);
    }

    /// <summary>Runs something at the end of this thread's scope, or on the pool where there is none: never within the call.</summary>
    public static void Post(IRunnable work)
    {
        if (!TryKeep(work))
            PoolRun.Queue(work);
    }

    /// <summary>Keeps a mailbox for the end of this thread's scope. False: there is none.</summary>
    internal static bool TryKeep(IRunnable mailbox) => t_kept?.TryAdd(mailbox) == true;

    /// <summary>The actors run without what the caller's own work has in its context, as they do on the pool.</summary>
    private static void Run(Kept kept)
    {
        if (kept.IsEmpty)
            kept.Close();
        else if (Clean is null || ReferenceEquals(ExecutionContext.Capture(), Clean))
            kept.Run();
        else
            ExecutionContext.Run(Clean, RunAll, kept);
    }

    private static ExecutionContext? CaptureClean()
    {
        ExecutionContext? clean = null;
        var thread = new Thread(() => clean = ExecutionContext.Capture());
        thread.UnsafeStart();
        thread.Join();
        return clean;
    }

    /// <summary>The time for which mailboxes are kept.</summary>
    public readonly ref struct Scope
    {
        private readonly Kept? _kept;

        internal Scope(Kept? kept) => _kept = kept;

        /// <summary>Runs what was kept.</summary>
        public void Dispose()
        {
            if (_kept is not null)
                RunToCompletion.Run(_kept);
        }
    }

    /// <summary>What one thread keeps.</summary>
    internal sealed class Kept
    {
        private readonly Queue<IRunnable> _mailboxes = new();
        private bool _open;

        public bool IsEmpty => _mailboxes.Count == 0;

        public bool Open() => !_open && (_open = true);

        public bool TryAdd(IRunnable mailbox)
        {
            if (_open)
                _mailboxes.Enqueue(mailbox);
            return _open;
        }

        public void Run()
        {
            try
            {
                for (var runs = 0; runs < MostRuns && _mailboxes.TryDequeue(out var mailbox); runs++)
                    mailbox.Run();
            }
            finally
            {
                Close();
                while (_mailboxes.TryDequeue(out var mailbox))
                    PoolRun.Queue(mailbox);
            }
        }

        public void Close() => _open = false;
    }
}
