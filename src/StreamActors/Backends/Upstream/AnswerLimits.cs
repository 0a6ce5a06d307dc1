using System.Globalization;
using StreamActors.Protocol;

namespace StreamActors.Backends.Upstream;

/// <summary>How much of a model server's answer is taken, and by which clock its end is waited for. What is over fails, whatever the sizes of the reads.</summary>
/// <param name="Backend">The configured name, for the operator.</param>
/// <param name="MaxEventBytes">The most bytes of one event's data, or of one line of Ollama's; as many again may stand between two events.</param>
/// <param name="MaxAnswerBytes">The most bytes of an answer that comes, or is handed on, as one object.</param>
internal sealed record AnswerLimits(string Backend, int MaxEventBytes, int MaxAnswerBytes)
{
    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Those of a configured backend.</summary>
    public static AnswerLimits Of(string backend, BackendOptions options) => new(backend, options.MaxEventBytes, options.MaxAnswerBytes);

    /// <summary>One event, or one line, had too many bytes.</summary>
    public BackendException EventTooLarge() => TooLarge("a part of its answer", nameof(BackendOptions.MaxEventBytes), MaxEventBytes);

    /// <summary>One object had too many bytes.</summary>
    public BackendException AnswerTooLarge() => TooLarge("an answer", nameof(BackendOptions.MaxAnswerBytes), MaxAnswerBytes);

    private BackendException TooLarge(string what, string setting, int limit)
    {
        var bytes = limit.ToString("N0", CultureInfo.InvariantCulture);
        var message = $"The model server sent {what} of more than {bytes} bytes, the most that is taken here.";
        return new BackendException(EndReason.BackendError, message, new BackendFault(BadGateway, message))
        {
            Begun = true,
            Cause = $"It sent {what} of more than {bytes} bytes: raise Backends:{Backend}:{setting}.",
        };
    }

    private const int BadGateway = 502;
}
