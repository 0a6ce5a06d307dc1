using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>How much of an answer that is put together may still be kept.</summary>
internal sealed class AnswerRoom(AnswerLimits limits)
{
    private long _taken;

    /// <summary>So many bytes more, or fewer, are kept.</summary>
    /// <exception cref="BackendException">They are too many.</exception>
    public void Take(int bytes)
    {
        if ((_taken += bytes) > limits.MaxAnswerBytes)
            throw limits.AnswerTooLarge();
    }
}
