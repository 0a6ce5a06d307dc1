using System.IO.Compression;
using System.Net;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Decodes answers that are compressed although the request asked for none: some proxies compress whatever they see. A stream is decoded as it
/// arrives.
/// </summary>
internal static class UpstreamEncoding
{
    /// <summary>Names of no compression: the one that is defined, and what is written in its place against proxies that compress, or by mistake.</summary>
    private static readonly string[] Plain = ["identity", "none", "utf-8", "utf8", "chunked"];

    /// <summary>The same response, or one whose content is decoded.</summary>
    /// <exception cref="BackendException">It is encoded in a way that is not known here.</exception>
    public static HttpResponseMessage Decode(HttpResponseMessage response, UpstreamFailures failures)
    {
        if (response.Content.Headers.ContentEncoding.Count == 0)
            return response;
        var encodings = response.Content.Headers.ContentEncoding.Where(e => !Plain.Contains(e, StringComparer.OrdinalIgnoreCase)).Reverse().ToList();
        foreach (var encoding in encodings)
        {
            Func<Stream, Stream> decoder = encoding.ToLowerInvariant() switch
            {
                "gzip" or "x-gzip" => stream => new GZipStream(stream, CompressionMode.Decompress),
                "deflate" => stream => new ZLibStream(stream, CompressionMode.Decompress),
                "br" => stream => new BrotliStream(stream, CompressionMode.Decompress),
                _ => throw Unknown(response, encoding, failures),
            };
            response.Content = new Decoded(response.Content, decoder);
        }

        return response;
    }

    private static BackendException Unknown(HttpResponseMessage response, string encoding, UpstreamFailures failures)
    {
        response.Dispose();
        return failures.Encoded(encoding);
    }

    private sealed class Decoded : HttpContent
    {
        private readonly HttpContent _encoded;
        private readonly Func<Stream, Stream> _decoder;

        public Decoded(HttpContent encoded, Func<Stream, Stream> decoder)
        {
            (_encoded, _decoder) = (encoded, decoder);
            foreach (var (name, values) in encoded.Headers.NonValidated.Where(h => h.Key is not ("Content-Encoding" or "Content-Length")))
                Headers.TryAddWithoutValidation(name, values);
        }

        protected override async Task<Stream> CreateContentReadStreamAsync() =>
            new DecodedStream(_decoder(await _encoded.ReadAsStreamAsync().ConfigureAwait(false)));

        protected override async Task<Stream> CreateContentReadStreamAsync(CancellationToken cancellationToken) =>
            new DecodedStream(_decoder(await _encoded.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false)));

        protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context)
        {
            await using var decoded = await CreateContentReadStreamAsync().ConfigureAwait(false);
            await decoded.CopyToAsync(stream).ConfigureAwait(false);
        }

        protected override bool TryComputeLength(out long length)
        {
            length = 0;
            return false;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                _encoded.Dispose();
            base.Dispose(disposing);
        }
    }
}
