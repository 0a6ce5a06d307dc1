using System.IO.Compression;
using CsCheck;
using StreamActors.Server.Http;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>Packed bodies with some of their bytes changed.</summary>
public class BrokenCodingTests
{
    private const int Limit = 8 * 1024;

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("zstd")]
    public void Whatever_is_inside_it_is_decoded_within_the_bound_or_refused(string coding)
    {
        var packed = Gen.Select(Gen.Byte[(byte)'a', (byte)'d'].Array[1, 3000], Gen.Select(Gen.Int[0, 4000], Gen.Byte).Array[0, 4], Gen.Int[0, 40]).Select(c =>
        {
            var bytes = Pack(coding, c.Item1);
            foreach (var (place, value) in c.Item2)
                bytes[place % bytes.Length] = value;
            return bytes[..^Math.Min(c.Item3 < 30 ? 0 : c.Item3, bytes.Length - 1)];
        });

        packed.Sample(
            bytes =>
            {
                try
                {
                    Assert.InRange(BodyEncoding.Decode(coding, bytes, Limit, Enough).Length, 0, Limit);
                }
                catch (ApiException refused)
                {
                    Assert.True(refused.Error.Status is 400 or 413);
                }
            },
            iter: 2_000);
    }

    private static BodyShare Enough => new(new BodyBudget(new ServerOptions()), caller: null);

    private static byte[] Pack(string coding, byte[] bytes)
    {
        using var packed = new MemoryStream();
        using (Stream stream = coding switch
        {
            "gzip" => new GZipStream(packed, CompressionLevel.Fastest),
            "deflate" => new ZLibStream(packed, CompressionLevel.Fastest),
            "br" => new BrotliStream(packed, CompressionLevel.Fastest),
            _ => new ZstdSharp.CompressionStream(packed, leaveOpen: true),
        })
        {
            stream.Write(bytes);
        }

        return packed.ToArray();
    }
}
