using System.IO.Pipelines;

namespace StreamActors.Server.Http;

/// <summary>Reads a request's body whole: decoded, and bounded before and after.</summary>
internal static class RequestBody
{
    /// <summary>A header alone reserves no more than this; the rest is made as it comes.</summary>
    private const int MostReserved = 64 * 1024;

    /// <summary>A larger body is read by a thread of the pool.</summary>
    private const int MostReadInline = 64 * 1024;

    /// <summary>The body, of so many bytes at most.</summary>
    /// <exception cref="ApiException">413: too large, packed or decoded. 415: in an encoding that is not read here. 400: not what its encoding says.</exception>
    /// <exception cref="BadHttpRequestException">Too slow, or not proper HTTP.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, long limit)
    {
        var encoding = BodyEncoding.Of(context);
        if (context.Request.ContentLength > limit)
            throw TooLarge(limit);
        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, MostReserved));
        try
        {
            await CopyAsync(context.Request.BodyReader, buffer, limit, context.RequestAborted);
        }
        catch (IOException failure) when (failure.InnerException is OverflowException)
        {
            // A chunk's size that no number holds is the one fault of framing that Kestrel does not name so.
            throw new BadHttpRequestException("A chunk's size is too large.", failure);
        }

        // It came on a thread that serves many sockets; reading what it says takes long.
        if (buffer.Length > MostReadInline || encoding is not null)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        var body = buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
        return encoding is null || body.IsEmpty ? body : BodyEncoding.Decode(encoding, body, limit);
    }

    /// <summary>What a body gets that is larger than it may be.</summary>
    public static ApiException TooLarge(long limit) => new(new ApiError(
        StatusCodes.Status413PayloadTooLarge, "invalid_request_error", "body_too_large",
        $"The request body is larger than the {limit} bytes that this server takes."));

    private static async Task CopyAsync(PipeReader body, MemoryStream buffer, long limit, CancellationToken cancellation)
    {
        ReadResult read;
        do
        {
            read = await body.ReadAsync(cancellation);
            if (buffer.Length + read.Buffer.Length > limit)
            {
                body.AdvanceTo(read.Buffer.End);
                throw TooLarge(limit);
            }

            foreach (var part in read.Buffer)
                buffer.Write(part.Span);
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }
}
