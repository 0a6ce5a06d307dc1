using System.Collections.Concurrent;
using System.Threading.RateLimiting;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>What each key may ask for at once and in a minute. Every prompt passes here, whatever protocol it came by.</summary>
internal sealed class KeyLimits : IDisposable
{
    private static readonly TimeSpan OneMinute = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<string, SessionPlaces> _places = new(StringComparer.Ordinal);
    private readonly PartitionedRateLimiter<Caller> _prompts;

    public KeyLimits()
        : this(OneMinute)
    {
    }

    /// <param name="minute">How long a minute is.</param>
    internal KeyLimits(TimeSpan minute) => _prompts = PartitionedRateLimiter.Create<Caller, string>(caller =>
        caller.Limits.PromptsPerMinute is { } most
            ? RateLimitPartition.GetTokenBucketLimiter(caller.Owner, _ => new TokenBucketRateLimiterOptions
            {
                TokenLimit = most,
                TokensPerPeriod = 1,
                ReplenishmentPeriod = minute / most,
                QueueLimit = 0,
            })
            : RateLimitPartition.GetNoLimiter(caller.Owner));

    /// <summary>A place for a prompt among the key's streams, to be given back when its answer has ended. It is taken before the body is read.</summary>
    /// <exception cref="ApiException">429.</exception>
    public IDisposable TakePlace(Caller caller, SessionKey session)
    {
        var most = caller.Limits.MaxStreams ?? int.MaxValue;
        return _places.GetOrAdd(caller.Owner, _ => new SessionPlaces(most)).TryTake(session.Id)
            ?? throw Refused("too_many_streams_for_key", $"This API key may have streams open in {most} sessions at once.", retryAfter: 1);
    }

    /// <summary>Counts a prompt, once it is known to be one.</summary>
    /// <exception cref="ApiException">429.</exception>
    public void CountPrompt(Caller caller)
    {
        using var lease = _prompts.AttemptAcquire(caller);
        if (lease.IsAcquired)
            return;
        var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var time) ? time : OneMinute;
        throw Refused(
            "too_many_prompts_for_key", $"This API key may send {caller.Limits.PromptsPerMinute} prompts a minute.", Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds)));
    }

    /// <inheritdoc/>
    public void Dispose() => _prompts.Dispose();

    private static ApiException Refused(string code, string message, int retryAfter) =>
        new(new ApiError(StatusCodes.Status429TooManyRequests, "rate_limit_error", code, message) { RetryAfter = TimeSpan.FromSeconds(retryAfter) });
}
