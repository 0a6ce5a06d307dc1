using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.Ollama;
using StreamActors.Backends.Upstream;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends.Ollama;

public class LineReaderTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4095)]
    [InlineData(4096)]
    [InlineData(100_000)]
    public async Task Lines_come_whole_however_their_bytes_do(int piece)
    {
        string[] lines = ["a", "", new('b', 5000), "ü👍\r", new('c', 70_000), "d"];
        using var reader = new LineReader(new Pieces(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), piece), Answers.Limits);

        foreach (var line in lines)
        {
            Assert.True(await reader.ReadAsync(default));
            Assert.Equal((line, false), (Encoding.UTF8.GetString(reader.Line.Span), reader.IsCut));
        }

        Assert.False(await reader.ReadAsync(default));
    }

    [Fact]
    public async Task A_last_line_without_an_end_is_said_to_be_cut()
    {
        using var reader = new LineReader(new MemoryStream("a\nbc"u8.ToArray()), Answers.Limits);

        Assert.True(await reader.ReadAsync(default) && !reader.IsCut);
        Assert.True(await reader.ReadAsync(default) && reader.IsCut);
        Assert.Equal("bc", Encoding.UTF8.GetString(reader.Line.Span));
        Assert.False(await reader.ReadAsync(default));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4096)]
    [InlineData(10_000_000)]
    public async Task A_line_of_the_most_bytes_is_taken_and_one_of_one_more_is_refused_whatever_the_reads(int piece)
    {
        var limits = new AnswerLimits("up", MaxEventBytes: 50_000, MaxAnswerBytes: 1);
        using var most = new LineReader(new Pieces([.. new byte[limits.MaxEventBytes], (byte)'\n'], piece), limits);
        Assert.True(await most.ReadAsync(default));
        Assert.Equal(limits.MaxEventBytes, most.Line.Length);

        using var over = new LineReader(new Pieces([.. new byte[limits.MaxEventBytes + 1], (byte)'\n'], piece), limits);
        var failure = await Assert.ThrowsAsync<BackendException>(() => over.ReadAsync(default).AsTask());
        Assert.Contains("Backends:up:MaxEventBytes", failure.Cause);
    }

    [Fact]
    public async Task A_line_that_does_not_end_is_refused_long_before_all_of_it_has_come()
    {
        var endless = new Pieces(new byte[64 * 1024 * 1024], 64 * 1024);
        using var reader = new LineReader(endless, Answers.Limits);

        await Assert.ThrowsAsync<BackendException>(() => reader.ReadAsync(default).AsTask());
        Assert.True(endless.Position < 3 * Answers.Limits.MaxEventBytes);
    }

    /// <summary>Gives its bytes in pieces.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
