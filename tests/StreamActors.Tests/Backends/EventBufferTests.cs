using System.Net.ServerSentEvents;
using System.Text;
using CsCheck;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Backends.Upstream;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

public class EventBufferTests
{
    [Theory]
    [InlineData("data: a\n\n", "a")]
    [InlineData("data:a\r\rdata: b\r\n\r\n", "a", "b")]
    [InlineData("\uFEFFdata: a\n\n", "a")]
    [InlineData(": comment\n\ndata:  two spaces\nid: 7\nretry: 5\n\n", " two spaces")]
    [InlineData("data: a\ndata\ndata: b\n\n", "a\n\nb")]
    [InlineData("data\n\n", "")]
    [InlineData("event: error\n\ndata: a\n\n", "a")]
    [InlineData("event: error\ndata: a\n\ndata: b\n\n", "error|a", "b")]
    [InlineData("event: message\ndata: a\n\n", "a")]
    [InlineData("data: never ended\n")]
    [InlineData("dataa: b\nother\n\n")]
    [InlineData("error: {\"code\":500}\n\ndata: b\n\n", "error|{\"code\":500}", "b")]
    [InlineData("error\n\n", "error|")]
    [InlineData("{\"error\":\"x\"}\n\ndata: b\n\n", "{\"error\":\"x\"}", "b")]
    [InlineData("data: a\n{\"b\":1}\ndata: c\n\n", "a", "{\"b\":1}", "c")]
    [InlineData("\uFEFF\r\n \t{\"a\":\n[\"}\\\"\"]\n}\n{}{}[DONE]", "{\"a\":\n[\"}\\\"\"]\n}", "{}", "{}", "[DONE]")]
    [InlineData("data: {\"a\":1}\n  \n\nx {}\n\n", "{\"a\":1}")]
    public void Events_are_read_as_the_rules_say(string stream, params string[] events)
    {
        var bytes = Encoding.UTF8.GetBytes(stream);

        Assert.Equal(events, Read(bytes, [bytes.Length]));
        Assert.Equal(events, Read(bytes, [1]));
    }

    [Fact]
    public void Whatever_comes_in_whatever_pieces_is_read_as_the_frameworks_parser_reads_it()
    {
        // A type without data is left to the rows above: by the rules it is forgotten with the empty line, the framework keeps it. So is
        // what goes beyond the rules: JSON by itself, and error lines.
        string[] parts = ["data", "data: ", "data:", "\nevent: x\ndata:", "\ndata\revent:error\r\n", ":", " ", "\n", "\n\n", "\r", "\r\n", "\r\n\r\n", "ü👍", "x", "id: 1", "\uFEFF"];
        var streams = Gen.Int[0, parts.Length - 1].Select(i => parts[i]).Array[0, 60].Select(string.Concat).Select(Encoding.UTF8.GetBytes);
        var pieces = Gen.Int[1, 9].Array[1, 20];

        Gen.Select(streams, pieces).Sample(
            (bytes, sizes) => Assert.Equal(ReadByTheFramework(EndingInLf(bytes)), Read(bytes, sizes)), iter: 20_000);
    }

    [Fact]
    public void An_event_that_ends_with_cr_is_there_before_the_next_byte()
    {
        Assert.Equal(["a"], Read("data: a\r\r"u8.ToArray(), [3]));
    }

    [Fact]
    public void Long_data_and_what_stands_before_and_behind_it_come_whole()
    {
        var (one, two) = (new string('a', 100_000), new string('b', 50_000));
        var bytes = Encoding.UTF8.GetBytes($"data: x\n\ndata: {one}\n\ndata: {one}\ndata: {two}\n\ndata: y\n\n");

        Assert.Equal(["x", one, $"{one}\n{two}", "y"], Read(bytes, [3000]));
    }

    [Theory]
    [InlineData("data: ")]
    [InlineData(": comment\n")]
    [InlineData("data: and a line that is longer than its end and its name are together\n")]
    public void Bytes_that_end_no_event_are_refused_when_they_are_too_many(string again)
    {
        using var events = new EventBuffer(Answers.Limits);
        var (piece, taken) = (Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat(again, 10_000))), 0);

        Assert.Throws<BackendException>(() =>
        {
            while (taken < 4 * Answers.Limits.MaxEventBytes)
            {
                Add(events, piece, ref taken);
                Assert.False(events.TryRead());
            }
        });
        Assert.InRange(taken, Answers.Limits.MaxEventBytes, Answers.Limits.MaxEventBytes + (2 * piece.Length) + (Answers.Limits.MaxEventBytes / 8));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7000)]
    [InlineData(10_000_000)]
    public void The_bounds_are_exact_whatever_the_sizes_of_the_reads(int piece)
    {
        var limits = new AnswerLimits("up", MaxEventBytes: 20_000, MaxAnswerBytes: 30_000);
        string[] fit = ["data:" + X(20_000), "data: " + X(20_000), "data: " + X(9_999) + "\ndata: " + X(10_000), ": " + X(19_997), "{" + X(29_998) + "}"];
        string[] over =
        [
            "data:" + X(20_001), "data: " + X(20_001), "data: " + X(10_000) + "\ndata: " + X(10_000), ": " + X(19_998), "{" + X(29_999) + "}",
            "error: " + X(20_001), X(20_008), ":\n: " + X(19_996),
        ];

        foreach (var event_ in fit)
            Read(Encoding.UTF8.GetBytes($"{event_}\n\ndata: next\n\n"), [piece], limits);
        foreach (var event_ in over)
        {
            var failure = Assert.Throws<BackendException>(() => Read(Encoding.UTF8.GetBytes($"{event_}\n\n"), [piece], limits));
            Assert.Contains(event_[0] == '{' ? "raise Backends:up:MaxAnswerBytes" : "raise Backends:up:MaxEventBytes", failure.Cause);
        }
    }

    [Fact]
    public void A_large_event_leaves_no_large_buffer_behind()
    {
        using var events = new EventBuffer(Answers.Limits);
        var (taken, largest) = (0, 0);
        Add(events, Encoding.UTF8.GetBytes($"data: {X(900_000)}\n\n"), ref taken);
        Assert.True(events.TryRead());
        Assert.Equal(900_000, events.Data.Length);
        for (var i = 0; i < 3; i++)
        {
            largest = events.Room().Length;
            Add(events, "data: a\n\n"u8, ref taken);
            Assert.True(events.TryRead());
        }

        Assert.InRange(largest, 1, 4096);
    }

    [Theory]
    [InlineData("data: a", "a")]
    [InlineData("data: a\n", "a")]
    [InlineData("data: a\r", "a")]
    [InlineData("event: x\ndata: a\ndata: b", "x|a\nb")]
    [InlineData("error: a", "error|a")]
    [InlineData("data", "")]
    [InlineData("{\"a\":")]
    [InlineData(": a")]
    [InlineData("")]
    [InlineData("\uFEFF")]
    public void What_stands_at_the_end_without_an_empty_line_is_an_event_too(string rest, params string[] last)
    {
        using var events = new EventBuffer(Answers.Limits);
        var taken = 0;
        Add(events, Encoding.UTF8.GetBytes($"data: before\n\n{rest}"), ref taken);
        Assert.True(events.TryRead());
        Assert.False(events.TryRead());

        Assert.Equal(last.Length > 0, events.TryReadLast());
        if (last.Length > 0)
            Assert.Equal(last[0], Text(events));
        Assert.False(events.TryReadLast());
    }

    [Fact]
    public void Events_without_end_need_no_more_room_than_one()
    {
        using var events = new EventBuffer(Answers.Limits);
        var (piece, taken, most) = ("data: {}\n\ndata: {\"a\":1}\n\nda"u8.ToArray(), 0, 0);
        for (var i = 0; i < 100_000; i++)
        {
            Add(events, piece, ref taken);
            while (events.TryRead())
            {
            }

            most = Math.Max(most, events.Room().Length);
        }

        Assert.InRange(most, 1, 4096);
    }

    private static string X(int count) => new('x', count);

    private static string Text(EventBuffer events) => (events.Type is { } type ? $"{type}|" : "") + Encoding.UTF8.GetString(events.Data.Span);

    private static List<string> Read(byte[] bytes, int[] sizes, AnswerLimits? limits = null)
    {
        using var events = new EventBuffer(limits ?? Answers.Limits);
        var (read, taken) = (new List<string>(), 0);
        for (var i = 0; taken < bytes.Length; i++)
        {
            var piece = bytes.AsSpan(taken, Math.Min(sizes[i % sizes.Length], bytes.Length - taken));
            Add(events, piece, ref taken);
            while (events.TryRead())
                read.Add(Text(events));
        }

        return read;
    }

    private static void Add(EventBuffer events, ReadOnlySpan<byte> piece, ref int taken)
    {
        while (!piece.IsEmpty)
        {
            var room = events.Room().Span;
            var count = Math.Min(room.Length, piece.Length);
            piece[..count].CopyTo(room);
            events.Added(count);
            piece = piece[count..];
            taken += count;
        }
    }

    private static List<string> ReadByTheFramework(byte[] bytes) =>
    [
        .. SseParser.Create(new MemoryStream(bytes)).Enumerate().Select(
            item => (item.EventType == SseParser.EventTypeDefault ? "" : $"{item.EventType}|") + item.Data),
    ];

    /// <summary>The framework's parser holds back an event that ends with CR until the next byte has come, and drops it if none does.</summary>
    private static byte[] EndingInLf(byte[] bytes) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(bytes).Replace("\r\n", "\n").Replace('\r', '\n'));
}
