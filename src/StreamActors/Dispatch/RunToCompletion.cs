using Akka.Dispatch;

namespace StreamActors.Dispatch;

/// <summary>
/// Keeps actors on the thread that gave them work: between <see cref="Begin()"/> and the end of what it returns, mailboxes that
/// get something to do are not handed to the pool but run on this thread at that end, one after another, and so are those which
/// they in turn set in motion. What one event causes (a token, a prompt) costs no change of threads then. Only from places that
/// hold no lock, and only for what does not block. The thread may be one that polls sockets, and then all its sockets wait: what runs
/// here has about a millisecond, and long work asks <see cref="MayGoOn"/> between two steps.
/// </summary>
public static class RunToCompletion
{
    /// <summary>How many mailboxes run in one scope; the rest goes to the pool, so that no thread is held by others' work.</summary>
    internal const int MostRuns = 32;

    /// <summary>How many bytes of one answer may pass in one scope. At 10 ns a byte that is a few milliseconds at most.</summary>
    internal const int MostBytes = 256 * 1024;

    /// <summary>How long a scope may go on beginning new work. A test may take all of it away.</summary>
    internal static TimeSpan Budget { get; set; } = TimeSpan.FromMilliseconds(1);

    /// <summary>A scope that lasts longer counts as an overrun: something in it blocks or loops.</summary>
    internal static readonly TimeSpan OverrunAfter = TimeSpan.FromMilliseconds(50);

    private static readonly ExecutionContext? Clean = CaptureClean();
    private static readonly ContextCallback RunAll = kept => ((Kept)kept!).Run();

    private static long s_overruns;

    [ThreadStatic]
    private static Kept? t_kept;

    /// <summary>Begins to keep; within another such scope nothing is changed.</summary>
    public static Scope Begin() => Begin(TimeProvider.System);

    /// <summary>The same, with the clock that the budget is taken from.</summary>
    internal static Scope Begin(TimeProvider time)
    {
        var kept = t_kept ??= new Kept();
        return new Scope(kept.Open(time) ? kept : null);
    }

    /// <summary>How many scopes have lasted longer than 50 ms since the process began.</summary>
    public static long Overruns => Volatile.Read(ref s_overruns);

    /// <summary>
    /// Whether this thread's scope has time for another step of long work. Once it says no, the work goes on by <see cref="GoOnLater"/>. The first to ask
    /// in a scope has always time, so that work that goes on later does go on. Without a scope the answer is yes.
    /// </summary>
    /// <param name="bytes">What the step before has handled.</param>
    public static bool MayGoOn(int bytes) => t_kept?.MayGoOn(bytes) != false;

    /// <summary>Runs something on the pool, in a scope of its own.</summary>
    public static void GoOnLater(IRunnable work) => PoolRun.Queue(work);

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
        private TimeProvider _time = TimeProvider.System;
        private bool _open;
        private long _since;
        private int _bytes;
        private bool _hasBegun;

        public bool IsEmpty => _mailboxes.Count == 0;

        private bool HasTime => _time.GetElapsedTime(_since) < Budget;

        public bool Open(TimeProvider time)
        {
            if (_open)
                return false;
            (_open, _time, _since, _bytes, _hasBegun) = (true, time, time.GetTimestamp(), 0, false);
            return true;
        }

        public bool MayGoOn(int bytes)
        {
            if (!_open)
                return true;
            _bytes += bytes;
            var isFirst = !_hasBegun;
            _hasBegun = true;
            return isFirst || (_bytes < MostBytes && HasTime);
        }

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
                // The first runs whatever the time: it is what the scope was opened for.
                for (var runs = 0; runs < MostRuns && (runs == 0 || HasTime) && _mailboxes.TryDequeue(out var mailbox); runs++)
                    mailbox.Run();
            }
            finally
            {
                Close();
                while (_mailboxes.TryDequeue(out var mailbox))
                    PoolRun.Queue(mailbox);
            }
        }

        public void Close()
        {
            _open = false;
            if (_time.GetElapsedTime(_since) > OverrunAfter)
                Interlocked.Increment(ref s_overruns);
        }
    }
}
