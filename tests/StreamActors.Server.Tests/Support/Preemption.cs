using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;

namespace StreamActors.Server.Tests.Support;

/// <summary>Plays rounds in which a prompt B takes the place of a prompt A, at a moment that is certain, not slept for.</summary>
/// <param name="client">Sends both.</param>
/// <param name="upstream">Answers both.</param>
/// <param name="afterFirstToken">True: B is sent once A's first token has come; false: once the model has A.</param>
public sealed class Preemption(LoadClient client, UpstreamProcess upstream, bool afterFirstToken)
{
    public const int TokensOfB = 3;
    private const int SilenceOfA = 10_000;

    private readonly List<Round> _played = [];
    private long _accepted;

    /// <summary>One round, over.</summary>
    public sealed record Round(string Session, Answer B, AnswerEnd EndOfA, AnswerEnd EndOfB);

    public IReadOnlyList<Round> Played => _played;

    /// <summary>One round in each of these sessions, all at once.</summary>
    public async Task RoundsAsync(IReadOnlyList<string> sessions)
    {
        var silence = afterFirstToken ? 0 : SilenceOfA;
        var first = sessions.Select(s => client.Send(s, Prompt.Of(s, "A", tokens: 1000, delay: 10, silence))).ToList();
        if (afterFirstToken)
            await Task.WhenAll(first.Select(a => a.HasBegunAsync()));
        else
            await upstream.HasAcceptedAsync(_accepted + sessions.Count);
        var second = sessions.Select(s => client.Send(s, Prompt.Of(s, "B", TokensOfB, delay: 10))).ToList();
        for (var i = 0; i < sessions.Count; i++)
            _played.Add(new Round(sessions[i], second[i], await first[i].End, await second[i].End));
        _accepted += 2 * sessions.Count;
    }

    /// <summary>A prompt that takes nobody's place: microseconds to its first token.</summary>
    public async Task<long> PlainAsync(string session)
    {
        var answer = client.Send(session, Prompt.Of(session, "plain", TokensOfB, delay: 10));
        var time = await answer.HasBegunAsync() - answer.SentAt;
        var end = await answer.End;
        Assert.True(end.Completed, $"{end}");
        _accepted++;
        return time;
    }
}
