namespace StreamActors.Backends.Upstream;

/// <summary>Reads what a model server answers with as one object. Memory is taken as bytes come, never for what a header promises.</summary>
internal static class UpstreamBody
{
    private const int AtFirst = 16 * 1024;
    private const int MostOfLists = 16 * 1024 * 1024;
    private static readonly TimeSpan RestWithin = TimeSpan.FromMilliseconds(50);

    /// <summary>A body that is no answer of a model: a list, a description; at most 16 MiB.</summary>
    /// <exception cref="BackendException">It is larger, or stops before its end.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return await ReadAsync(body, default, MostOfLists, () => UpstreamHttp.NotTheProtocol("more than 16 MiB"), cancellation).ConfigureAwait(false);
    }

    /// <summary>A whole answer.</summary>
    /// <exception cref="BackendException">It is larger than is taken, or stops before its end.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, AnswerLimits limits, CancellationToken cancellation)
    {
        await using var body = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
        return await ReadAsync(body, default, limits, cancellation).ConfigureAwait(false);
    }

    /// <summary>The same of one of which the first bytes have been read already.</summary>
    /// <inheritdoc cref="ReadAsync(HttpResponseMessage, AnswerLimits, CancellationToken)"/>
    public static Task<ReadOnlyMemory<byte>> ReadAsync(Stream body, ReadOnlyMemory<byte> first, AnswerLimits limits, CancellationToken cancellation) =>
        ReadAsync(body, first, limits.MaxAnswerBytes, limits.AnswerTooLarge, cancellation);

    /// <summary>
    /// Reads what comes after a whole answer, for 50 ms at most: a body that is read to its end frees its connection for the next request. What a server
    /// sends then, and how it closes, no longer matters.
    /// </summary>
    public static async ValueTask ReadRestAsync(Stream body, CancellationToken cancellation)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        bound.CancelAfter(RestWithin);
        try
        {
            var rest = new byte[256];
            while (await body.ReadAsync(rest, bound.Token).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception)
        {
            // Nothing of the answer is missing.
        }
    }

    private static async Task<ReadOnlyMemory<byte>> ReadAsync(
        Stream body, ReadOnlyMemory<byte> first, int most, Func<BackendException> tooLarge, CancellationToken cancellation)
    {
        var (bytes, length) = (new byte[Math.Max(AtFirst, first.Length)], first.Length);
        first.CopyTo(bytes);
        try
        {
            int read;
            do
            {
                if (length > most)
                    throw tooLarge();
                if (length == bytes.Length)
                    Array.Resize(ref bytes, (int)Math.Min(length * 2L, Array.MaxLength));
                read = await body.ReadAsync(bytes.AsMemory(length), cancellation).ConfigureAwait(false);
                length += read;
            }
            while (read > 0);
        }
        catch (IOException failure)
        {
            throw UpstreamHttp.Truncated(failure);
        }

        return bytes.AsMemory(0, length);
    }
}
