using System.Collections.Concurrent;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// This node's open responses by trace, and the traces of those closed lately. Messages between actors carry the trace; the
/// response itself stays here.
/// </summary>
public sealed class OpenResponses
{
    private const int Remembered = 10_000;

    private readonly ConcurrentDictionary<TraceId, OpenResponse> _open = new();
    private readonly ConcurrentDictionary<TraceId, SessionKey> _closed = new();
    private readonly ConcurrentQueue<TraceId> _closedOrder = new();
    private int _taken;

    /// <summary>How many are open.</summary>
    public int Count => _open.Count;

    /// <summary>Those open now.</summary>
    public IEnumerable<OpenResponse> All => _open.Values;

    /// <summary>Opens one.</summary>
    public void Add(OpenResponse response) => TryAdd(response, int.MaxValue);

    /// <summary>Opens one if no more than so many are open then; counted and added in one step, however many come at once.</summary>
    public bool TryAdd(OpenResponse response, int most)
    {
        if (Interlocked.Increment(ref _taken) > most)
        {
            Interlocked.Decrement(ref _taken);
            return false;
        }

        if (!_open.TryAdd(response.Trace, response))
            throw new ArgumentException($"A response with trace {response.Trace} is open already.", nameof(response));
        return true;
    }

    /// <summary>Closes one; its trace is remembered for as long as ten thousand newer ones have not closed.</summary>
    public void Remove(OpenResponse response)
    {
        // Remembered before it is forgotten: at no moment is the trace unknown.
        _closed[response.Trace] = response.Session;
        if (_open.TryRemove(response.Trace, out _))
            Interlocked.Decrement(ref _taken);
        _closedOrder.Enqueue(response.Trace);
        while (_closedOrder.Count > Remembered && _closedOrder.TryDequeue(out var oldest))
            _closed.TryRemove(oldest, out _);
    }

    /// <summary>The open response of a trace, or null.</summary>
    public OpenResponse? Find(TraceId trace) => _open.GetValueOrDefault(trace);

    /// <summary>Whose session the trace belongs or lately belonged to, or null.</summary>
    public SessionKey? FindSession(TraceId trace) =>
        Find(trace)?.Session ?? (_closed.TryGetValue(trace, out var session) ? session : null);
}
