namespace StreamActors.Server.Http;

/// <summary>
/// How many sessions of one key may have a prompt open. A session counts once: a prompt that takes another's place shares it, so the
/// newest wins at the limit too.
/// </summary>
internal sealed class SessionPlaces(int most)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, int> _prompts = new(StringComparer.Ordinal);

    /// <summary>A place for a prompt of the session, to be given back; null where all are taken by others.</summary>
    public IDisposable? TryTake(string session)
    {
        lock (_lock)
        {
            if (!_prompts.TryGetValue(session, out var open) && _prompts.Count >= most)
                return null;
            _prompts[session] = open + 1;
        }

        return new Place(this, session);
    }

    private void Leave(string session)
    {
        lock (_lock)
        {
            if (--_prompts[session] == 0)
                _prompts.Remove(session);
        }
    }

    private sealed class Place(SessionPlaces places, string session) : IDisposable
    {
        private int _left;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref _left, 1) == 0)
                places.Leave(session);
        }
    }
}
