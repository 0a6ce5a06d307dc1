namespace StreamActors.Server.Http;

/// <summary>
/// How many bytes of request bodies are held at once, of all callers and of each. A body's bytes are counted before they are read, and until its
/// request is over: a body that comes slowly costs as much memory as one that is answered.
/// </summary>
internal sealed class BodyBudget
{
    private const int PartOfMemory = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, long> _ofOwner = new(StringComparer.Ordinal);
    private readonly long _mostOfKey;
    private long _held;

    public BodyBudget(ServerOptions options)
        : this(options, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes)
    {
    }

    /// <param name="options">What the settings say.</param>
    /// <param name="memory">How much the process may have, in bytes.</param>
    internal BodyBudget(ServerOptions options, long memory)
    {
        Most = options.MaxBufferedBytes > 0 ? options.MaxBufferedBytes : Math.Max(memory / PartOfMemory, options.MaxBodyBytes);
        // Half of it, so that no key can keep the others out; but one body always.
        _mostOfKey = Math.Max(Most / 2, options.MaxBodyBytes);
    }

    /// <summary>The most bytes that are held of all bodies together.</summary>
    public long Most { get; }

    /// <summary>How many are held now.</summary>
    public long Held => Volatile.Read(ref _held);

    /// <summary>The part of one request, of nothing at first; it ends with the request.</summary>
    public BodyShare Open(HttpContext context)
    {
        var share = new BodyShare(this, context.Features.Get<Caller>());
        context.Response.RegisterForDispose(share);
        return share;
    }

    /// <exception cref="ApiException">429: the key holds as much as it may. 503: all together do.</exception>
    internal void Take(Caller? caller, long bytes)
    {
        lock (_lock)
        {
            if (caller is not null)
            {
                var most = caller.Limits.MaxBufferedBytes ?? _mostOfKey;
                var held = _ofOwner.GetValueOrDefault(caller.Owner) + bytes;
                if (held > most)
                    throw OfKey(most);
                CheckAll(bytes);
                _ofOwner[caller.Owner] = held;
            }
            else
            {
                CheckAll(bytes);
            }

            _held += bytes;
        }
    }

    internal void GiveBack(Caller? caller, long bytes)
    {
        lock (_lock)
        {
            _held -= bytes;
            if (caller is not null && (_ofOwner[caller.Owner] -= bytes) == 0)
                _ofOwner.Remove(caller.Owner);
        }
    }

    private void CheckAll(long bytes)
    {
        if (_held + bytes > Most)
        {
            throw Refused(
                StatusCodes.Status503ServiceUnavailable, "server_error", "too_many_body_bytes",
                $"The bodies of the open requests may have {Most} bytes in all here; try again later.");
        }
    }

    private static ApiException OfKey(long most) => Refused(
        StatusCodes.Status429TooManyRequests, "rate_limit_error", "too_many_body_bytes_for_key",
        $"The bodies of this API key's open requests may have {most} bytes in all; try again when one of them is answered.");

    private static ApiException Refused(int status, string type, string code, string message) =>
        new(new ApiError(status, type, code, message) { RetryAfter = TimeSpan.FromSeconds(1) });
}

/// <summary>What one request holds of the budget.</summary>
internal sealed class BodyShare(BodyBudget budget, Caller? caller) : IDisposable
{
    private long _held;

    /// <summary>Holds so many more.</summary>
    /// <exception cref="ApiException">There are not so many left.</exception>
    public void Take(long bytes)
    {
        if (bytes <= 0)
            return;
        budget.Take(caller, bytes);
        _held += bytes;
    }

    /// <summary>Gives all back.</summary>
    public void Dispose()
    {
        if (_held > 0)
            budget.GiveBack(caller, _held);
        _held = 0;
    }
}
