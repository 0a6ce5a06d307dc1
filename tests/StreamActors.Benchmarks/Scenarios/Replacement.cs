using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>One replacement and one plain request beside it, each time with an older answer under way.</summary>
internal sealed class Replacement(LoadLoop loop, Gateway gateway, Rig rig) : ILoad
{
    /// <summary>The prompt numbers of A and B.</summary>
    public const int Older = 1;
    public const int Newer = 2;

    private const int Pace = 10_000;
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(10);

    private LoadConnection? _asker;
    private LoadConnection? _older;
    private long? _firstToken;
    private bool _answered;

    /// <summary>The session of the replacement.</summary>
    public int Session { get; } = rig.NewSession();

    /// <summary>When B was written.</summary>
    public long Asked { get; private set; }

    public long? NewerFirstToken { get; private set; }

    public long? PlainFirstToken { get; private set; }

    /// <summary>From B's write to the end of A's connection, where the gateway ended it.</summary>
    public long? OlderCut { get; private set; }

    public Replacement Run(bool plainFirst)
    {
        if (plainFirst)
            RunPlain();
        RunReplacement();
        if (!plainFirst)
            RunPlain();
        return this;
    }

    public void Token(LoadConnection connection, long sent, long now)
    {
        if (connection == _asker)
            _firstToken ??= now - connection.Asked;
    }

    public void Ended(LoadConnection connection, AnswerEnd end, long now)
    {
        if (connection == _asker)
            _answered = true;
        else if (connection == _older && Asked > 0)
            OlderCut = now - Asked;
    }

    private void RunReplacement()
    {
        var asker = loop.Open(gateway.Address, this);
        var older = _older = StartOlder(Session);
        if (!gateway.HasSessions)
            older.Close();
        NewerFirstToken = AskAndRead(asker, Session);
        loop.Run(Within, () => older.Closed);
        older.Close();
        _older = null;
    }

    private void RunPlain()
    {
        var asker = loop.Open(gateway.Address, this);
        var older = StartOlder(rig.NewSession());
        PlainFirstToken = AskAndRead(asker, rig.NewSession());
        older.Close();
    }

    private long? AskAndRead(LoadConnection asker, int session)
    {
        (_asker, _firstToken, _answered) = (asker, null, false);
        asker.Ask(Ask.For(gateway.Address, new Order(session, Newer, Tokens: 3, Pace), Name(session)));
        if (session == Session)
            Asked = asker.Asked;
        loop.Run(Within, () => _answered);
        asker.Close();
        return _firstToken;
    }

    /// <summary>A, a few tokens into its answer and at no particular moment between two of them.</summary>
    private LoadConnection StartOlder(int session)
    {
        var older = loop.Open(gateway.Address, this);
        older.Ask(Ask.For(gateway.Address, new Order(session, Older, Tokens: 3000, Pace), Name(session)));
        loop.Run(Within, () => older.Tokens >= 3 || older.Closed);
        loop.Run(TimeSpan.FromMicroseconds(Random.Shared.Next(Pace)), tick: _ => { });
        return older;
    }

    private static string Name(int session) => $"bench-{session}";
}
