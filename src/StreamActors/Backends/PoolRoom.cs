namespace StreamActors.Backends;

/// <summary>
/// Room in the thread pool for what code that may block does there in spite of its own threads, after a
/// <c>ConfigureAwait(false)</c>: one more thread for each such call that has not ended. The pool would else grow by a thread or two
/// a second while everybody waits.
/// </summary>
internal static class PoolRoom
{
    private static readonly Lock Gate = new();
    private static readonly (int Workers, int Completions) AtStart = Least();
    private static int _calls;

    /// <summary>A call begins.</summary>
    public static void Add() => Change(+1);

    /// <summary>A call has ended.</summary>
    public static void Remove() => Change(-1);

    private static void Change(int calls)
    {
        lock (Gate)
        {
            _calls += calls;
            ThreadPool.GetMaxThreads(out var most, out _);
            ThreadPool.SetMinThreads(Math.Min(AtStart.Workers + _calls, most), AtStart.Completions);
        }
    }

    private static (int Workers, int Completions) Least()
    {
        ThreadPool.GetMinThreads(out var workers, out var completions);
        return (workers, completions);
    }
}
