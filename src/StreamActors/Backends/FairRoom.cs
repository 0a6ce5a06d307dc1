namespace StreamActors.Backends;

/// <summary>
/// A bounded number of places and a bounded queue in front of them, shared fairly between owners. A free place goes to the waiting owner
/// who holds the fewest; among equals to the one whose turn is longest ago. In a full queue the owner who has the most gives up the
/// entry that came last, so that no owner shuts another out. One owner alone may have everything.
/// </summary>
/// <param name="places">How many may be inside.</param>
/// <param name="queue">How many may wait.</param>
internal sealed class FairRoom(int places, int queue)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Share> _shares = new(StringComparer.Ordinal);
    private int _inside;
    private int _waiting;
    private long _turns;

    /// <summary>How many wait now.</summary>
    public int Waiting => Volatile.Read(ref _waiting);

    /// <summary>Enters, at once or after a wait.</summary>
    /// <returns>The place, to be disposed once; null: the queue is full, or became so and this entry gave way.</returns>
    /// <exception cref="OperationCanceledException">It was given up while it waited.</exception>
    public async ValueTask<IDisposable?> EnterAsync(string owner, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        LinkedListNode<Entry> node;
        Entry? displaced = null;
        lock (_lock)
        {
            var share = ShareOf(owner);
            if (_inside < places)
                return Admit(share);
            if (_waiting >= queue && (displaced = DisplaceFor(share)) is null)
            {
                Forget(share);
                return null;
            }

            node = share.Queue.AddLast(new Entry(share));
            _waiting++;
        }

        displaced?.Admitted.TrySetResult(null);
        await using (cancellation.UnsafeRegister(static (state, token) => ((Action<CancellationToken>)state!)(token), (Action<CancellationToken>)GiveUp))
            return await node.Value.Admitted.Task.ConfigureAwait(false);

        void GiveUp(CancellationToken token)
        {
            lock (_lock)
            {
                if (!Remove(node))
                    return;
            }

            node.Value.Admitted.TrySetCanceled(token);
        }
    }

    private Place Admit(Share share)
    {
        _inside++;
        share.Inside++;
        share.LastTurn = ++_turns;
        return new Place(this, share);
    }

    private void Leave(Share share)
    {
        Entry? next = null;
        Place? place = null;
        lock (_lock)
        {
            _inside--;
            share.Inside--;
            if (_shares.Values.Where(s => s.Queue.Count > 0).MinBy(s => (s.Inside, s.LastTurn)) is { } turn)
            {
                next = turn.Queue.First!.Value;
                Remove(turn.Queue.First);
                place = Admit(ShareOf(turn.Owner));
            }

            Forget(share);
        }

        // Outside the lock: what continues there may leave, or enter, again.
        next?.Admitted.TrySetResult(place);
    }

    /// <summary>Takes the newest entry out of the queue of the owner who has the most, if that is more than the newcomer would have.</summary>
    private Entry? DisplaceFor(Share newcomer)
    {
        var most = _shares.Values.Where(s => s.Queue.Count > 0).MaxBy(s => s.Total);
        if (most is null || most.Total <= newcomer.Total + 1)
            return null;
        var last = most.Queue.Last!;
        Remove(last);
        return last.Value;
    }

    /// <returns>Whether it was still waiting.</returns>
    private bool Remove(LinkedListNode<Entry> node)
    {
        if (node.List is null)
            return false;
        var share = node.Value.Share;
        share.Queue.Remove(node);
        _waiting--;
        Forget(share);
        return true;
    }

    private Share ShareOf(string owner) =>
        _shares.TryGetValue(owner, out var share) ? share : _shares[owner] = new Share(owner);

    /// <summary>An owner with nothing here is not remembered: names come and go.</summary>
    private void Forget(Share share)
    {
        if (share.Total == 0)
            _shares.Remove(share.Owner);
    }

    private sealed class Share(string owner)
    {
        public string Owner { get; } = owner;

        public LinkedList<Entry> Queue { get; } = new();

        public int Inside { get; set; }

        public long LastTurn { get; set; }

        public int Total => Inside + Queue.Count;
    }

    private sealed class Entry(Share share)
    {
        public Share Share { get; } = share;

        public TaskCompletionSource<IDisposable?> Admitted { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    private sealed class Place(FairRoom room, Share share) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                room.Leave(share);
        }
    }
}
