using StreamActors.Backends;

namespace StreamActors.Tests.Backends;

public class OwnThreadsTests : IDisposable
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(10);

    private readonly OwnThreads _threads = new("test");
    private readonly ManualResetEventSlim _release = new();

    [Fact]
    public async Task A_call_runs_on_a_thread_that_is_not_the_pools_before_and_after_it_waits()
    {
        var seen = await _threads.RunAsync(async () =>
        {
            var before = Thread.CurrentThread.IsThreadPoolThread;
            await Task.Delay(1);
            return (before, Thread.CurrentThread.IsThreadPoolThread);
        }).WaitAsync(Soon);

        Assert.Equal((false, false), seen);
    }

    [Fact]
    public async Task Who_awaits_a_call_is_not_on_its_threads()
    {
        var awaiter = await Task.Run(async () =>
        {
            await _threads.RunAsync(() => ValueTask.FromResult(true));
            return Thread.CurrentThread.Name;
        });

        Assert.NotEqual("test", awaiter);
    }

    [Fact]
    public async Task Calls_that_block_hold_no_other_call_however_many_come_at_once()
    {
        await _threads.RunAsync(() => ValueTask.FromResult(true)).WaitAsync(Soon); // leaves an idle thread behind
        var blocked = Enumerable.Range(0, 50).Select(_ => _threads.RunAsync(Block)).ToList();

        Assert.True(await _threads.RunAsync(() => ValueTask.FromResult(true)).WaitAsync(Soon));

        Assert.DoesNotContain(blocked, call => call.IsCompleted);
        _release.Set();
        await Task.WhenAll(blocked).WaitAsync(Soon);
    }

    [Fact]
    public async Task A_call_that_waits_for_its_own_continuation_does_not_wait_for_ever()
    {
        var answer = await _threads.RunAsync(() =>
        {
            var inner = AwaitsAsync();
            return ValueTask.FromResult(inner.GetAwaiter().GetResult());
        }).WaitAsync(Soon);

        Assert.Equal(7, answer);

        static async Task<int> AwaitsAsync()
        {
            await Task.Delay(1);
            return 7;
        }
    }

    [Fact]
    public async Task What_a_call_throws_is_thrown_to_who_awaits_it()
    {
        await Assert.ThrowsAsync<InvalidOperationException>(
            () => _threads.RunAsync<bool>(() => throw new InvalidOperationException()).WaitAsync(Soon));
    }

    [Fact]
    public async Task Threads_end_when_they_are_let_go_also_those_that_come_back_later()
    {
        var idle = await _threads.RunAsync(() => ValueTask.FromResult(Thread.CurrentThread)).WaitAsync(Soon);
        Thread? busy = null;
        var call = _threads.RunAsync(() =>
        {
            busy = Thread.CurrentThread;
            return Block();
        });

        _threads.Dispose();
        _release.Set();
        await call.WaitAsync(Soon);

        Assert.True(idle.Join(Soon));
        Assert.True(busy!.Join(Soon));
    }

    public void Dispose()
    {
        _release.Set();
        _threads.Dispose();
    }

    private ValueTask<bool> Block()
    {
        _release.Wait();
        return ValueTask.FromResult(true);
    }
}
