using System.Net;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>Clients that ask again as soon as they have their answer.</summary>
/// <param name="loop">Carries them.</param>
/// <param name="to">Where they ask.</param>
/// <param name="clients">How many.</param>
internal sealed class ClosedLoop(LoadLoop loop, IPEndPoint to, int clients = ClosedLoop.Clients) : ILoad
{
    public const int Clients = 50;

    private readonly byte[] _request = Ask.For(to, new Order(0, 0, Tokens: 1, Pace: 0));

    /// <summary>From the request to the first token.</summary>
    public Times FirstToken { get; } = new();

    public bool Counting { get; set; }

    /// <summary>Answers while counting.</summary>
    public long Answers { get; private set; }

    /// <summary>Answers that were none.</summary>
    public int Failed { get; private set; }

    public void Start()
    {
        for (var i = 0; i < clients; i++)
            loop.Open(to, this).Ask(_request);
    }

    public void Token(LoadConnection connection, long sent, long now)
    {
        if (Counting)
            FirstToken.Add(now - connection.Asked);
    }

    public void Ended(LoadConnection connection, AnswerEnd end, long now)
    {
        Failed += end == AnswerEnd.Complete ? 0 : 1;
        Answers += Counting && end == AnswerEnd.Complete ? 1 : 0;
        (end == AnswerEnd.Cut ? loop.Open(to, this) : connection).Ask(_request);
    }
}
