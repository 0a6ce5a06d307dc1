using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Fakes;

/// <summary>How answers are read in tests of their readers.</summary>
internal static class Answers
{
    public static readonly AnswerLimits Limits = new("up", MaxEventBytes: 1024 * 1024, MaxAnswerBytes: 1024 * 1024);

    public static readonly AnswerErrors Errors = new("up", callersKey: false, () => UpstreamSecrets.Of(new HttpClient()));
}
