using StreamActors.Backends.Upstream;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>How much of an answer that is put together may still be kept.</summary>
internal sealed class AnswerRoom(AnswerLimits limits)
{
    private long _taken;

    /// <summary>Notes that this many bytes more are kept; a negative number: fewer.</summary>
    /// <exception cref="BackendException">They are too many.</exception>
    public void Take(int bytes)
    {
        if ((_taken += bytes) > limits.MaxAnswerBytes)
            throw limits.AnswerTooLarge();
    }
}
