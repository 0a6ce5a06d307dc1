using System.Text.Json;

namespace StreamActors.Conformance.Backend;

/// <summary>The books: what has been accepted, ended and aborted, and which sessions overlapped.</summary>
internal sealed class Record
{
    private const int MaxEvents = 500_000;

    private readonly Queue<RecordedEvent> _events = new();
    private readonly Dictionary<string, int> _livePerSession = [];
    private long _live;
    private long _accepted;
    private long _ended;
    private long _aborted;
    private long _failed;
    private long _overlaps;
    private int _maxLivePerSession;

    public void Accepted(Generation generation, long now)
    {
        _live++;
        _accepted++;
        if (generation.Session.Length > 0)
        {
            var others = _livePerSession.GetValueOrDefault(generation.Session);
            _overlaps += others > 0 ? 1 : 0;
            _livePerSession[generation.Session] = others + 1;
            _maxLivePerSession = Math.Max(_maxLivePerSession, others + 1);
        }

        Add("accept", generation, now);
    }

    /// <summary>A request that was closed before it could be started: never live, so never an overlap.</summary>
    public void AbortedUnstarted(Generation generation, long now)
    {
        _accepted++;
        _aborted++;
        Add("accept", generation, now);
        Add("abort", generation, now);
    }

    public void FirstToken(Generation generation, long now) => Add("first_token", generation, now);

    public void Ended(Generation generation, long now)
    {
        _ended++;
        Leave(generation);
        Add("end", generation, now);
    }

    public void Aborted(Generation generation, long now)
    {
        _aborted++;
        Leave(generation);
        Add("abort", generation, now);
    }

    /// <summary>It was ended here as a fault asked for, not as an answer that is complete.</summary>
    public void Failed(Generation generation, long now)
    {
        _failed++;
        Leave(generation);
        Add("fail", generation, now);
    }

    /// <summary>Clears counters and events; live requests stay, so they still count as live.</summary>
    public void Reset()
    {
        _events.Clear();
        _accepted = _ended = _aborted = _failed = _overlaps = 0;
        _maxLivePerSession = _livePerSession.Values.DefaultIfEmpty().Max();
    }

    public void Write(Utf8JsonWriter writer, int openConnections, bool withEvents)
    {
        writer.WriteNumber("live", _live);
        writer.WriteNumber("accepted", _accepted);
        writer.WriteNumber("ended", _ended);
        writer.WriteNumber("aborted", _aborted);
        writer.WriteNumber("failed", _failed);
        writer.WriteNumber("overlaps", _overlaps);
        writer.WriteNumber("max_live_per_session", _maxLivePerSession);
        writer.WriteNumber("open_connections", openConnections);
        writer.WriteStartArray("events");
        if (withEvents)
        {
            foreach (var recorded in _events)
            {
                recorded.Write(writer);
            }
        }

        writer.WriteEndArray();
    }

    /// <summary>Forgets the events that have been read; the counters stay.</summary>
    public void ForgetEvents() => _events.Clear();

    private void Leave(Generation generation)
    {
        _live--;
        if (generation.Session.Length > 0 && --_livePerSession[generation.Session] == 0)
        {
            _livePerSession.Remove(generation.Session);
        }
    }

    private void Add(string name, Generation generation, long now)
    {
        if (_events.Count == MaxEvents)
        {
            _events.Dequeue();
        }

        _events.Enqueue(new RecordedEvent(
            now, name, generation.Session, generation.Prompt, generation.Trace, generation.TokensSent, generation.Connection));
    }
}
