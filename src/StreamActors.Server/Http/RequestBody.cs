using System.IO.Pipelines;

namespace StreamActors.Server.Http;

/// <summary>Reads a request's body whole: decoded, bounded before and after, and counted in the <see cref="BodyBudget"/>.</summary>
internal static class RequestBody
{
    /// <summary>A larger body is read by a thread of the pool.</summary>
    private const int MostReadInline = 64 * 1024;

    /// <summary>The body, of so many bytes at most.</summary>
    /// <exception cref="ApiException">
    /// 413: too large, packed or decoded. 415: in an encoding that is not read here. 400: not what its encoding says. 429, 503: too many bytes are held already.
    /// </exception>
    /// <exception cref="BadHttpRequestException">Too slow, or not proper HTTP.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, long limit)
    {
        var encoding = BodyEncoding.Of(context);
        var length = context.Request.ContentLength;
        if (length > limit)
            throw TooLarge(limit);
        var share = context.RequestServices.GetRequiredService<BodyBudget>().Open(context);
        share.Take(length ?? 0);
        var body = await BytesAsync(context, length, limit, share);

        // It came on a thread that serves many sockets; reading what it says takes long.
        if (body.Length > MostReadInline || encoding is not null)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return encoding is null || body.IsEmpty ? body : BodyEncoding.Decode(encoding, body, limit, share);
    }

    /// <summary>What a body gets that is larger than it may be.</summary>
    public static ApiException TooLarge(long limit) => new(new ApiError(
        StatusCodes.Status413PayloadTooLarge, "invalid_request_error", "body_too_large",
        $"The request body is larger than the {limit} bytes that this server takes."));

    private static async Task<ReadOnlyMemory<byte>> BytesAsync(HttpContext context, long? length, long limit, BodyShare share)
    {
        try
        {
            return length is { } known
                ? await KnownAsync(context.Request.BodyReader, (int)known, context.RequestAborted)
                : await UnknownAsync(context.Request.BodyReader, limit, share, context.RequestAborted);
        }
        catch (IOException failure) when (failure.InnerException is OverflowException)
        {
            // A chunk's size that no number holds is the one fault of framing that Kestrel does not name so.
            throw new BadHttpRequestException("A chunk's size is too large.", failure);
        }
    }

    /// <summary>Into one buffer that fits: a body is held for as long as its answer takes.</summary>
    private static async Task<ReadOnlyMemory<byte>> KnownAsync(PipeReader body, int length, CancellationToken cancellation)
    {
        byte[] bytes = [];
        var read = 0;
        ReadResult result;
        do
        {
            result = await body.ReadAsync(cancellation);
            // A header alone reserves nothing, and what no byte has been written to is not yet memory.
            if (bytes.Length == 0 && !result.Buffer.IsEmpty)
                bytes = GC.AllocateUninitializedArray<byte>(length);
            foreach (var part in result.Buffer)
            {
                part.Span.CopyTo(bytes.AsSpan(read));
                read += part.Length;
            }

            body.AdvanceTo(result.Buffer.End);
        }
        while (!result.IsCompleted);
        return bytes.AsMemory(0, read);
    }

    private static async Task<ReadOnlyMemory<byte>> UnknownAsync(PipeReader body, long limit, BodyShare share, CancellationToken cancellation)
    {
        using var buffer = new MemoryStream();
        ReadResult result;
        do
        {
            result = await body.ReadAsync(cancellation);
            try
            {
                if (buffer.Length + result.Buffer.Length > limit)
                    throw TooLarge(limit);
                share.Take(result.Buffer.Length);
                foreach (var part in result.Buffer)
                    buffer.Write(part.Span);
            }
            finally
            {
                body.AdvanceTo(result.Buffer.End);
            }
        }
        while (!result.IsCompleted);
        return buffer.ToArray();
    }
}
