using System.Text;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Tests;

/// <summary>A harness that miscounts tokens would flatter whoever splits them.</summary>
public class AnswerReaderTests
{
    private readonly List<long> _tokens = [];
    private readonly AnswerReader _reader;

    public AnswerReaderTests() => _reader = new AnswerReader(_tokens.Add);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(100)]
    [InlineData(10_000)]
    public void Tokens_are_found_however_the_answer_is_cut_into_reads(int size)
    {
        var answer = Answer(times: [12, 345, 9_999_999_999_999_999]);

        var ended = answer.Chunk(size).Select(part => _reader.Feed(part)).ToList();

        Assert.Equal([12, 345, 9_999_999_999_999_999], _tokens);
        Assert.True(ended[^1]);
        Assert.DoesNotContain(true, ended.SkipLast(1));
        Assert.Equal(200, _reader.Status);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(11)]
    public void A_token_that_a_gateway_split_over_two_chunks_is_one_token(int size)
    {
        var split = Encoding.ASCII.GetBytes(
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" + string.Concat("data: @0000000000000042 x".Chunk(size).Select(c => $"{c.Length:x}\r\n{new string(c)}\r\n")) + "0\r\n\r\n");

        Assert.True(_reader.Feed(split));

        Assert.Equal([42], _tokens);
    }

    [Fact]
    public void The_next_answer_on_the_connection_is_read_too()
    {
        Assert.True(_reader.Feed(Answer(times: [1])));
        Assert.True(_reader.Feed("HTTP/1.1 503 Busy\r\nContent-Length: 4\r\n\r\nbusy"u8));
        Assert.Equal(503, _reader.Status);
        Assert.True(_reader.Feed("HTTP/1.1 204 None\r\nContent-Length: 0\r\n\r\n"u8));
        Assert.True(_reader.Feed(Answer(times: [2, 3])));

        Assert.Equal([1, 2, 3], _tokens);
    }

    [Fact]
    public void What_is_no_answer_is_refused_and_not_counted()
    {
        Assert.Throws<InvalidDataException>(() => _reader.Feed("HTTP/1.1 200 OK\r\n\r\nno length"u8));
    }

    private static byte[] Answer(long[] times)
    {
        var wire = new Wire();
        return [.. times.SelectMany((time, i) => wire.Token(i == 0, time).ToArray()), .. wire.Tail];
    }
}
