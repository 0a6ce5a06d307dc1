using StreamActors.Operations;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>Whether this server takes prompts: not while an operator drains it, and not any more once it stops.</summary>
internal sealed class ServerState : IDrainSwitch
{
    private static readonly ApiError Drained = new(
        StatusCodes.Status503ServiceUnavailable, "server_error", "draining", "This server takes no new prompts for now; try again later.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private readonly Lock _lock = new();
    private volatile bool _stopping;
    private volatile bool _on;

    /// <inheritdoc/>
    public bool On => _on;

    /// <inheritdoc/>
    public bool Stopping => _stopping;

    /// <summary>No new prompts are taken.</summary>
    public bool Draining => _on || _stopping;

    /// <summary>Takes no more prompts until the process ends.</summary>
    public void Stop()
    {
        lock (_lock)
        {
            _stopping = true;
        }
    }

    /// <inheritdoc/>
    public bool TrySet(bool on)
    {
        lock (_lock)
        {
            if (!_stopping)
                _on = on;
            return !_stopping;
        }
    }

    /// <summary>Passes while new prompts are taken.</summary>
    /// <exception cref="ApiException">503.</exception>
    public void ThrowIfDraining()
    {
        if (_stopping)
            throw new ApiException(EndingErrors.Of(StreamEnding.Because(EndReason.ServerShutdown)));
        if (_on)
            throw new ApiException(Drained);
    }
}
