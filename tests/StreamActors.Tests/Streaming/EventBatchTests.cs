using System.Text;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Tests.Streaming;

public class EventBatchTests
{
    [Theory]
    [InlineData("{}", null, "data: {}\n\n")]
    [InlineData("{\"a\":\n1}", null, "data: {\"a\":\ndata: 1}\n\n")]
    [InlineData("{\"a\":\r1}", null, "data: {\"a\":\ndata: 1}\n\n")]
    [InlineData("{\r\n}", null, "data: {\ndata: \ndata: }\n\n")]
    [InlineData("{}", "delta", "event: delta\ndata: {}\n\n")]
    public void A_chunk_becomes_one_event(string json, string? type, string expected)
    {
        var batch = Batch(EventStreamFormat.Instance);
        batch.Add(Of(json, type));
        Assert.Equal(expected, Encoding.UTF8.GetString(batch.Bytes.Span));
    }

    [Fact]
    public void Without_framing_the_chunk_is_the_body()
    {
        var batch = Batch(UnframedFormat.Instance);
        batch.Add(Of("{\n}"));
        Assert.Equal("{\n}", Encoding.UTF8.GetString(batch.Bytes.Span));
    }

    [Fact]
    public void A_batch_has_content_if_any_chunk_has_and_forgets_when_cleared()
    {
        var batch = Batch(EventStreamFormat.Instance);
        batch.Add(Of("{}") with { Facts = new ChunkFacts(false) });
        Assert.False(batch.HasContent);
        batch.Add(Of("{}"));
        Assert.True(batch.HasContent);
        batch.Clear();
        Assert.False(batch.HasContent);
        Assert.True(batch.Bytes.IsEmpty);
    }

    private static Chunk Of(string json, string? type = null) => new(Encoding.UTF8.GetBytes(json), new ChunkFacts(true), type);

    private static EventBatch Batch(IChunkFormat format)
    {
        var batch = new EventBatch();
        batch.Begin(format);
        return batch;
    }
}
