using Akka.Dispatch;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Dispatch;

namespace StreamActors.Tests.Dispatch;

public class RunToCompletionTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    /// <summary>Stands still unless a test moves it.</summary>
    private readonly FakeTimeProvider _time = new();

    [Fact]
    public void What_is_posted_in_a_scope_runs_on_its_thread_at_its_end_in_order_and_so_does_what_that_posts()
    {
        var ran = new List<string>();
        var thread = Environment.CurrentManagedThreadId;
        void Note(string what)
        {
            Assert.Equal(thread, Environment.CurrentManagedThreadId);
            ran.Add(what);
        }

        using (RunToCompletion.Begin(_time))
        {
            Post(() =>
            {
                Post(() => Note("caused by the first"));
                Note("first");
            });
            using (RunToCompletion.Begin(_time))
                Post(() => Note("second"));
            Note("caller");
        }

        Assert.Equal(["caller", "first", "second", "caused by the first"], ran);
    }

    [Fact]
    public async Task Without_a_scope_it_runs_on_the_pool()
    {
        var ran = new TaskCompletionSource<bool>();

        Post(() => ran.SetResult(Thread.CurrentThread.IsThreadPoolThread));

        Assert.True(await ran.Task.WaitAsync(Bound));
    }

    [Fact]
    public async Task Nobodys_thread_is_held_by_work_without_end()
    {
        var elsewhere = new TaskCompletionSource();
        var (here, turns) = (0, 0);
        var thread = new Thread(() =>
        {
            var own = Environment.CurrentManagedThreadId;
            void Again()
            {
                if (Environment.CurrentManagedThreadId == own)
                    here++;
                if (Interlocked.Increment(ref turns) < 3 * RunToCompletion.MostRuns)
                    Post(Again);
                else
                    elsewhere.SetResult();
            }

            using (RunToCompletion.Begin(_time))
                Post(Again);
        });
        thread.UnsafeStart();

        await elsewhere.Task.WaitAsync(Bound);
        Assert.True(thread.Join(Bound));
        Assert.Equal(RunToCompletion.MostRuns, here);
    }

    [Fact]
    public void It_knows_nothing_of_what_its_caller_has_in_its_context()
    {
        var local = new AsyncLocal<string?> { Value = "the caller's" };
        var seen = "nothing was run";

        using (RunToCompletion.Begin(_time))
            Post(() => seen = local.Value);

        Assert.Null(seen);
        Assert.Equal("the caller's", local.Value);
    }

    [Fact]
    public async Task One_that_throws_costs_no_other_its_turn()
    {
        var ran = new TaskCompletionSource();

        Assert.Throws<InvalidOperationException>(() =>
        {
            using (RunToCompletion.Begin(_time))
            {
                Post(() => throw new InvalidOperationException());
                Post(ran.SetResult);
            }
        });

        await ran.Task.WaitAsync(Bound);
    }

    [Fact]
    public async Task Work_that_has_had_its_time_leaves_the_rest_to_the_pool()
    {
        var elsewhere = new TaskCompletionSource<bool>();
        var answers = new List<bool>();
        // Not a thread of the pool, which could come back for the rest.
        var thread = new Thread(() =>
        {
            using (RunToCompletion.Begin(_time))
            {
                Post(() =>
                {
                    answers.Add(RunToCompletion.MayGoOn(bytes: 0));
                    _time.Advance(RunToCompletion.Budget);
                    answers.Add(RunToCompletion.MayGoOn(bytes: 0));
                    Post(() => elsewhere.SetResult(Thread.CurrentThread.IsThreadPoolThread));
                });
            }
        });
        thread.UnsafeStart();

        Assert.True(await elsewhere.Task.WaitAsync(Bound));
        Assert.True(thread.Join(Bound));
        Assert.Equal([true, false], answers);
    }

    [Fact]
    public void Bytes_are_counted_across_the_steps_of_a_scope_and_anew_in_the_next()
    {
        using (RunToCompletion.Begin(_time))
        {
            Assert.True(RunToCompletion.MayGoOn(RunToCompletion.MostBytes)); // the first goes on in any case
            Assert.False(RunToCompletion.MayGoOn(0));
        }

        using (RunToCompletion.Begin(_time))
            Assert.True(RunToCompletion.MayGoOn(0));
        Assert.True(RunToCompletion.MayGoOn(RunToCompletion.MostBytes));
    }

    [Fact]
    public void A_scope_that_blocks_is_counted()
    {
        var before = RunToCompletion.Overruns;

        using (RunToCompletion.Begin(_time))
            _time.Advance(2 * RunToCompletion.OverrunAfter);

        Assert.True(RunToCompletion.Overruns > before);
    }

    private static void Post(Action work) => RunToCompletion.Post(new ActionRunnable(work));
}
