using System.Net;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;
using StreamActors.Conformance.Backend;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>Streams that go on until they are closed; counts their tokens while told to.</summary>
/// <param name="loop">Carries them.</param>
/// <param name="to">Where they are asked for.</param>
/// <param name="streams">How many.</param>
/// <param name="pace">Between two tokens of one.</param>
internal sealed class PacedLoad(LoadLoop loop, IPEndPoint to, int streams, TimeSpan pace) : ILoad
{
    private const int MostAtOnce = 20;
    private const int OpenedPerSecond = 1000;

    /// <summary>So many may wait for their first token: a gateway that is slow to open streams is not run over.</summary>
    private const int MostWaiting = 200;

    private static readonly TimeSpan OpenWithin = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, int> _losses = [];

    private readonly byte[] _request = Ask.For(to, new Order(0, 0, TokensFor(pace), (int)pace.TotalMicroseconds));
    private int _opened;
    private int _begun;

    /// <summary>From a token's sending by the model server to its arrival at the client.</summary>
    public Times Latency { get; } = new();

    public bool Counting { get; set; }

    /// <summary>Tokens while counting.</summary>
    public long Tokens { get; private set; }

    /// <summary>Streams that ended, for whatever reason.</summary>
    public int Lost { get; private set; }

    /// <summary>Why streams ended, or null where none did.</summary>
    public string? Losses => Lost == 0 ? null : $"lost: {string.Join(", ", _losses.Select(l => $"{l.Value} {l.Key}"))}";

    /// <summary>Opens them one by one, and waits for each one's first token or end.</summary>
    /// <returns>Whether all came, and none was lost.</returns>
    public bool Open()
    {
        var start = MonotonicClock.Microseconds;
        return loop.Run(OpenWithin, () => _begun + Lost >= streams, now => OpenDue(now - start)) && Lost == 0;
    }

    public void Token(LoadConnection connection, long sent, long now)
    {
        if (connection.Tokens == 1)
            _begun++;
        if (!Counting)
            return;
        Tokens++;
        Latency.Add(now - sent);
    }

    public void Ended(LoadConnection connection, AnswerEnd end, long now)
    {
        Lost++;
        var how = end == AnswerEnd.Refused ? $"with status {connection.Status}" : end == AnswerEnd.Cut ? "cut" : "ended";
        _losses[how] = _losses.GetValueOrDefault(how) + 1;
        // A stream that was counted as begun is lost all the same, and once.
        _begun -= connection.Tokens > 0 ? 1 : 0;
        connection.Close();
    }

    private void OpenDue(long since)
    {
        var due = Math.Min(streams, since * OpenedPerSecond / 1_000_000);
        for (var i = 0; i < MostAtOnce && _opened < due && _opened - _begun - Lost < MostWaiting; i++, _opened++)
            loop.Open(to, this).Ask(_request);
    }

    /// <summary>Two minutes: whatever becomes of the client, the model server ends by itself.</summary>
    private static int TokensFor(TimeSpan pace) => (int)(TimeSpan.FromMinutes(2) / pace);
}
