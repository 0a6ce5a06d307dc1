using StreamActors.Backends;

namespace StreamActors.Tests.Backends;

public class FairRoomTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task The_next_place_goes_to_the_owner_who_holds_the_fewest()
    {
        var room = new FairRoom(places: 1, queue: 100);
        var running = await EnterAsync(room, "flood");
        var flood = Enumerable.Range(0, 50).Select(_ => Ask(room, "flood")).ToList();
        var nice = Ask(room, "nice");

        running!.Dispose();

        var place = await nice.WaitAsync(Bound);
        Assert.NotNull(place);
        Assert.All(flood, entry => Assert.False(entry.IsCompleted));
    }

    [Fact]
    public async Task Owners_with_equal_shares_take_turns_and_each_owners_entries_keep_their_order()
    {
        var room = new FairRoom(places: 1, queue: 100);
        var place = await EnterAsync(room, "x");
        var order = new List<string>();
        var waiting = new[] { "a1", "a2", "a3", "b1", "b2", "c1" }
            .Select(name => (name, entry: Ask(room, name[..1]))).ToList();

        while (waiting.Count > 0)
        {
            place!.Dispose();
            await Task.WhenAny(waiting.Select(w => w.entry)).WaitAsync(Bound);
            var next = Assert.Single(waiting, w => w.entry.IsCompleted);
            waiting.Remove(next);
            order.Add(next.name);
            place = await next.entry;
        }

        Assert.Equal(["a1", "a2", "a3"], order.Where(name => name[0] == 'a'));
        Assert.Equal(["b1", "b2"], order.Where(name => name[0] == 'b'));
        Assert.Equal(["a", "b", "c"], order.Take(3).Select(name => name[..1]).Order());
        Assert.Equal(["a", "b"], order.Skip(3).Take(2).Select(name => name[..1]).Order());
    }

    [Fact]
    public async Task In_a_full_queue_the_owner_who_has_the_most_gives_up_what_came_last()
    {
        var room = new FairRoom(places: 1, queue: 3);
        await EnterAsync(room, "flood");
        var flood = Enumerable.Range(0, 3).Select(_ => Ask(room, "flood")).ToList();

        Assert.Null(await Ask(room, "flood").WaitAsync(Bound));
        var nice = Ask(room, "nice");

        Assert.Null(await flood[2].WaitAsync(Bound));
        Assert.All([flood[0], flood[1], nice], entry => Assert.False(entry.IsCompleted));
        Assert.Equal(3, room.Waiting);
    }

    [Fact]
    public async Task Equals_do_not_displace_one_another()
    {
        var room = new FairRoom(places: 2, queue: 2);
        await EnterAsync(room, "a");
        await EnterAsync(room, "b");
        var waiting = new[] { Ask(room, "a"), Ask(room, "b") };

        Assert.Null(await Ask(room, "a").WaitAsync(Bound));
        Assert.Null(await Ask(room, "b").WaitAsync(Bound));
        Assert.All(waiting, entry => Assert.False(entry.IsCompleted));
    }

    [Fact]
    public async Task One_that_is_given_up_while_it_waits_leaves_its_entry_to_others()
    {
        var room = new FairRoom(places: 1, queue: 1);
        var place = await EnterAsync(room, "a");
        using var cancellation = new CancellationTokenSource();
        var given = room.EnterAsync("a", cancellation.Token).AsTask();

        await cancellation.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given.WaitAsync(Bound));
        var next = Ask(room, "a");
        Assert.Equal(1, room.Waiting);
        place!.Dispose();
        Assert.NotNull(await next.WaitAsync(Bound));
        Assert.Equal(0, room.Waiting);
    }

    [Fact]
    public async Task Whatever_comes_and_goes_the_bounds_hold_and_all_are_served_or_refused()
    {
        var room = new FairRoom(places: 3, queue: 8);
        var random = new Random(20261128);
        var (inside, most, served, refused, cancelled) = (0, 0, 0, 0, 0);
        var visitors = Enumerable.Range(0, 400).Select(async i =>
        {
            await Task.Yield();
            using var patience = new CancellationTokenSource();
            int wait, steps;
            lock (random)
                (wait, steps) = (random.Next(4), random.Next(20));
            var asked = room.EnterAsync($"key{i % 5}", patience.Token).AsTask();
            if (wait == 0)
                await patience.CancelAsync();
            try
            {
                using var place = await asked.WaitAsync(Bound);
                if (place is null)
                {
                    Interlocked.Increment(ref refused);
                    return;
                }

                var now = Interlocked.Increment(ref inside);
                lock (random)
                    most = Math.Max(most, now);
                for (var step = 0; step < steps; step++)
                    await Task.Yield();
                Interlocked.Decrement(ref inside);
                Interlocked.Increment(ref served);
            }
            catch (OperationCanceledException)
            {
                Interlocked.Increment(ref cancelled);
            }
        });

        await Task.WhenAll(visitors).WaitAsync(Bound);

        Assert.InRange(most, 1, 3);
        Assert.Equal(400, served + refused + cancelled);
        Assert.Equal(0, room.Waiting);
        Assert.NotNull(await Ask(room, "after").WaitAsync(Bound));
    }

    private static async Task<IDisposable?> EnterAsync(FairRoom room, string owner) => await room.EnterAsync(owner, CancellationToken.None);

    private static Task<IDisposable?> Ask(FairRoom room, string owner) => room.EnterAsync(owner, CancellationToken.None).AsTask();
}
