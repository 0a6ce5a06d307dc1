using System.IO.Compression;
using System.Runtime.InteropServices;
using ZstdSharp;
using ZstdSharp.Unsafe;

namespace StreamActors.Server.Http;

/// <summary>Compressed request bodies. One coding at a time: a second one would hide from the first one's bound how much is inside.</summary>
internal static class BodyEncoding
{
    private const string Supported = "gzip, deflate, br, zstd";
    private const int Piece = 16 * 1024;

    /// <summary>8 MiB: what a sender of this coding may ask of those who read it.</summary>
    private const int ZstdWindowBits = 23;

    /// <summary>A zlib header's first half byte; raw deflate data cannot begin so.</summary>
    private const int ZlibMethod = 8;

    /// <summary>The body's coding, or null where it is plain.</summary>
    /// <exception cref="ApiException">415: not one that is read here.</exception>
    public static string? Of(HttpContext context)
    {
        var codings = context.Request.Headers.ContentEncoding.ToString().Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Select(coding => coding.ToLowerInvariant()).Where(coding => coding is not ("identity" or "none")).ToList();
        switch (codings)
        {
            case []:
                return null;
            case ["gzip" or "x-gzip" or "deflate" or "br" or "zstd"]:
                return codings[0];
            default:
                context.Response.Headers.AcceptEncoding = Supported;
                throw new ApiException(new ApiError(
                    StatusCodes.Status415UnsupportedMediaType, "invalid_request_error", "unsupported_encoding",
                    codings.Count > 1
                        ? $"The request body is encoded more than once; send it plain, or in one of {Supported}."
                        : $"This Content-Encoding is not read here; send the request body plain, or in one of {Supported}.",
                    "Content-Encoding"));
        }
    }

    /// <summary>Decodes a body, as far as the limit.</summary>
    /// <exception cref="ApiException">413: it would be larger. 400: it is not what its coding says. 429, 503: too many bytes are held already.</exception>
    public static ReadOnlyMemory<byte> Decode(string coding, ReadOnlyMemory<byte> body, long limit, BodyShare share)
    {
        var decoded = new MemoryStream();
        var piece = new byte[Piece];
        try
        {
            using var plain = Open(coding, body);
            while (plain.Read(piece) is > 0 and var read)
            {
                if (decoded.Length + read > limit)
                    throw RequestBody.TooLarge(limit);
                share.Take(read);
                decoded.Write(piece, 0, read);
            }
        }
        catch (Exception failure) when (failure is InvalidDataException or InvalidOperationException or IOException or ZstdException)
        {
            throw new ApiException(ApiError.Invalid($"The request body is not what its Content-Encoding says ({coding}), or is cut off.", "Content-Encoding"));
        }

        return decoded.GetBuffer().AsMemory(0, (int)decoded.Length);
    }

    private static Stream Open(string coding, ReadOnlyMemory<byte> body)
    {
        MemoryMarshal.TryGetArray(body, out var bytes);
        var source = new MemoryStream(bytes.Array!, bytes.Offset, bytes.Count, writable: false);
        return coding switch
        {
            "deflate" when (body.Span[0] & 0x0f) == ZlibMethod => new ZLibStream(source, CompressionMode.Decompress),
            "deflate" => new DeflateStream(source, CompressionMode.Decompress),
            "br" => new BrotliStream(source, CompressionMode.Decompress),
            "zstd" => OpenZstd(source),
            _ => new GZipStream(source, CompressionMode.Decompress),
        };
    }

    private static DecompressionStream OpenZstd(MemoryStream source)
    {
        var plain = new DecompressionStream(source, leaveOpen: false);
        plain.SetParameter(ZSTD_dParameter.ZSTD_d_windowLogMax, ZstdWindowBits);
        return plain;
    }
}
