namespace StreamActors.Backends.Upstream;

/// <summary>Reads a model server's answer that is one object.</summary>
internal static class UpstreamBody
{
    private const int MaxBytes = 16 * 1024 * 1024;

    /// <summary>The whole body, at most 16 MiB.</summary>
    /// <exception cref="BackendException">It is larger, or stops before its end.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpResponseMessage response, CancellationToken cancellation)
    {
        var body = new MemoryStream();
        try
        {
            await using var stream = await response.Content.ReadAsStreamAsync(cancellation).ConfigureAwait(false);
            var buffer = new byte[16 * 1024];
            int read;
            while ((read = await stream.ReadAsync(buffer, cancellation).ConfigureAwait(false)) > 0)
            {
                body.Write(buffer, 0, read);
                if (body.Length > MaxBytes)
                    throw UpstreamHttp.NotTheProtocol("an answer of more than 16 MiB");
            }
        }
        catch (IOException failure)
        {
            throw UpstreamHttp.Truncated(failure);
        }

        return body.GetBuffer().AsMemory(0, (int)body.Length);
    }
}
