using System.Threading.RateLimiting;

namespace StreamActors.Server.Http.Board;

/// <summary>How many may watch at once: of each key, and in all.</summary>
internal sealed class BoardSeats : IDisposable
{
    /// <summary>Of one key.</summary>
    public const int OfOneKey = 8;

    private const int InAll = 128;

    private static readonly ApiError Taken = new(
        StatusCodes.Status429TooManyRequests, "rate_limit_error", "too_many_boards",
        "As many watch the board as may, of this API key or in all; close one.")
    {
        RetryAfter = TimeSpan.FromSeconds(5),
    };

    private readonly PartitionedRateLimiter<string> _seats = PartitionedRateLimiter.CreateChained(
        PartitionedRateLimiter.Create<string, string>(owner => RateLimitPartition.GetConcurrencyLimiter(owner, _ => Most(OfOneKey))),
        PartitionedRateLimiter.Create<string, string>(_ => RateLimitPartition.GetConcurrencyLimiter("", _ => Most(InAll))));

    /// <summary>A seat, to be given back.</summary>
    /// <exception cref="ApiException">429: none is free.</exception>
    public IDisposable Take(string owner)
    {
        var lease = _seats.AttemptAcquire(owner);
        if (lease.IsAcquired)
            return lease;
        lease.Dispose();
        throw new ApiException(Taken);
    }

    /// <inheritdoc/>
    public void Dispose() => _seats.Dispose();

    private static ConcurrencyLimiterOptions Most(int seats) => new() { PermitLimit = seats, QueueLimit = 0 };
}
