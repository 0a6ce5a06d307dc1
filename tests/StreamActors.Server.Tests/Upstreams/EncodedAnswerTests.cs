using System.IO.Compression;
using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>Something between compresses an answer that was not to be compressed.</summary>
public class EncodedAnswerTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Completion = """{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]}""";

    [Theory]
    [InlineData("gzip")]
    [InlineData("x-gzip")]
    [InlineData("GZIP")]
    [InlineData("deflate")]
    [InlineData("br")]
    [InlineData("identity")]
    [InlineData("none")]
    [InlineData("UTF-8")]
    [InlineData("chunked, gzip")]
    [InlineData("gzip, br")]
    public async Task A_stream_is_decoded_event_by_event(string encoding)
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await using var body = new EncodedBody(encoding);
        await call.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: {encoding}\r\nTransfer-Encoding: chunked\r\n\r\n");
        foreach (var text in new[] { "one", "two", "three" })
        {
            await PieceAsync(call, body.Flushed($"data: {Chunks.Content(text)}\n\n"));
            await client.ReadUntilAsync(text); // the next is not sent before
        }

        await PieceAsync(call, body.Flushed($"data: {Chunks.Finish}\n\ndata: [DONE]\n\n"));
        await PieceAsync(call, body.End());
        await call.SendAsync("0\r\n\r\n");

        var answer = await client.ReadAnswerAsync();
        Assert.True(answer.Finished);
        Assert.Equal("[DONE]", Encoding.UTF8.GetString(answer.Events[^1].Data));
        Assert.Equal(5, answer.Events.Count);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task One_object_is_decoded(string encoding)
    {
        await using var body = new EncodedBody(encoding);
        byte[] bytes = [.. body.Flushed(Completion), .. body.End()];

        var answer = await both.AnswerAsync(
            async call =>
            {
                await call.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Encoding: {encoding}\r\nContent-Length: {bytes.Length}\r\n\r\n");
                await call.SendAsync(bytes);
            },
            stream: false);

        Assert.Equal((200, Completion), (answer.Status, answer.Text));
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("deflate")]
    [InlineData("br")]
    public async Task One_that_is_cut_is_not_whole(string encoding)
    {
        foreach (var damaged in new[] { false, true })
        {
            await using var body = new EncodedBody(encoding);
            var (client, call) = await both.AskAsync();
            using var _ = client;
            await call.SendAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Encoding: {encoding}\r\nConnection: close\r\n\r\n");
            await call.SendAsync(body.Flushed($"data: {Chunks.Content("one")}\n\n"));
            await client.ReadUntilAsync("one");
            if (damaged)
                await call.SendAsync([.. Enumerable.Repeat((byte)0xff, 64)]);
            await call.CloseAsync();

            var answer = await client.ReadAnswerAsync();
            Assert.False(answer.Finished);
            Assert.Equal("backend_truncated", answer.LastError.GetProperty("code").GetString());
        }

        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task One_that_cannot_be_decoded_is_named_to_the_operator()
    {
        await using var own = await ServerWithUpstream.StartAsync();

        var answer = await own.AnswerAsync(call => call.AnswerAsync("200 OK", "\u0028\u00b5", "text/event-stream", "Content-Encoding: zstd\r\n"));

        Assert.Equal(502, answer.Status);
        Assert.Contains("(zstd)", Assert.Single(own.Server.Log.Of("backend_trouble")), StringComparison.Ordinal);
    }

    private static Task PieceAsync(UpstreamCall call, byte[] bytes) => bytes.Length == 0
        ? Task.CompletedTask
        : call.SendAsync([.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes, .. "\r\n"u8]);

    /// <summary>A body that is encoded as it grows.</summary>
    private sealed class EncodedBody : IAsyncDisposable
    {
        private readonly MemoryStream _encoded = new();
        private readonly List<Stream> _encoders = [];

        public EncodedBody(string encoding)
        {
            Stream inner = _encoded;
            foreach (var one in encoding.ToLowerInvariant().Split(", ").Reverse())
            {
                inner = one switch
                {
                    "gzip" or "x-gzip" => new GZipStream(inner, CompressionLevel.Fastest, leaveOpen: true),
                    "deflate" => new ZLibStream(inner, CompressionLevel.Fastest, leaveOpen: true),
                    "br" => new BrotliStream(inner, CompressionLevel.Fastest, leaveOpen: true),
                    _ => new BufferedStream(inner),
                };
                _encoders.Add(inner);
            }
        }

        public byte[] Flushed(string text)
        {
            _encoders[^1].Write(Encoding.UTF8.GetBytes(text));
            foreach (var encoder in Enumerable.Reverse(_encoders))
                encoder.Flush();
            return Take();
        }

        public byte[] End()
        {
            foreach (var encoder in Enumerable.Reverse(_encoders))
            {
                encoder.Flush();
                if (encoder is not BufferedStream)
                    encoder.Dispose();
            }

            return Take();
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var encoder in Enumerable.Reverse(_encoders))
                await encoder.DisposeAsync();
        }

        private byte[] Take()
        {
            var bytes = _encoded.ToArray();
            _encoded.SetLength(0);
            return bytes;
        }
    }
}
