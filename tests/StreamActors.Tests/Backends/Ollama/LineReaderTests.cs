using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.Ollama;

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
        var reader = new LineReader(new Pieces(Encoding.UTF8.GetBytes(string.Join('\n', lines) + "\n"), piece));

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
        var reader = new LineReader(new MemoryStream("a\nbc"u8.ToArray()));

        Assert.True(await reader.ReadAsync(default) && !reader.IsCut);
        Assert.True(await reader.ReadAsync(default) && reader.IsCut);
        Assert.Equal("bc", Encoding.UTF8.GetString(reader.Line.Span));
        Assert.False(await reader.ReadAsync(default));
    }

    [Fact]
    public async Task A_line_of_the_most_bytes_is_taken_and_one_that_does_not_end_is_refused()
    {
        var most = new LineReader(new MemoryStream([.. new byte[LineReader.MaxBytes], (byte)'\n']));
        Assert.True(await most.ReadAsync(default));
        Assert.Equal(LineReader.MaxBytes, most.Line.Length);

        var endless = new Pieces(new byte[64 * 1024 * 1024], 64 * 1024);
        await Assert.ThrowsAsync<BackendException>(() => new LineReader(endless).ReadAsync(default).AsTask());
        Assert.True(endless.Position < 3 * LineReader.MaxBytes);
    }

    /// <summary>Gives its bytes in pieces.</summary>
    private sealed class Pieces(byte[] bytes, int piece) : MemoryStream(bytes)
    {
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            base.ReadAsync(buffer[..Math.Min(buffer.Length, piece)], cancellationToken);
    }
}
