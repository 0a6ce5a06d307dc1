using System.Diagnostics;
using System.Text;
using CsCheck;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

public class AnswerEventsTests
{
    private const string Token = "data: {\"id\":\"chatcmpl-1\",\"object\":\"chat.completion.chunk\",\"choices\":[{\"index\":0,\"delta\":{\"content\":\" word\"},\"finish_reason\":null}]}\n\n";

    [Fact]
    public void A_token_makes_no_garbage()
    {
        using var events = new AnswerEvents(Answers.Limits, 1, Answers.Errors, () => false);
        var token = Encoding.UTF8.GetBytes(Token);
        Read(events, token, 100);

        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Equal(10_000, Read(events, token, 10_000));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
    }

    [Theory]
    [InlineData("[CHUNK]")]
    [InlineData("[[CHUNK]]")]
    [InlineData("[[],CHUNK]")]
    [InlineData("[[ ], [[CHUNK]], []]")]
    [InlineData("[] CHUNK")]
    [InlineData("[[CHUNK],[DONE]]")]
    public void A_chunk_in_a_list_is_passed_on(string payload)
    {
        const string chunk = """{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"stop"}]}""";

        Assert.Equal($"{chunk}|True\ncomplete", Judge(Encoding.UTF8.GetBytes($"data: {payload.Replace("CHUNK", chunk)}\n\n"), [1000]));
    }

    [Fact]
    public void Lists_within_lists_take_no_more_time_than_their_bytes()
    {
        const int depth = 400_000;
        var begun = Stopwatch.GetTimestamp();

        Judge(Encoding.UTF8.GetBytes($"data: {new string('[', depth)}{new string(']', depth)}\n\n"), [depth]);

        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 5);
    }

    /// <summary>Whatever a server sends ends in chunks, in a failure with a reason, or in waiting for more; and the same, whatever the sizes of the reads.</summary>
    [Fact]
    public void Whatever_comes_in_whatever_pieces_is_judged_alike_and_never_crashes()
    {
        string[] parts =
        [
            "data: ", "data:", "\n", "\n\n", "\r\n", "{", "}", "[", "]", "\"", "\\", ",", ":", "{}", "[DONE]", "\"choices\":", "[{\"delta\":{\"content\":\"x\"}}]", "\"error\":", "event: error\n",
            "error: ", "{\"choices\":[{\"message\":{\"content\":\"x\"},\"finish_reason\":\"stop\"}]}", "{\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}]}", "NaN", "null", "\"message\":\"x\",\"code\":1", "\uFEFF", "ü👍", " ",
        ];
        var streams = Gen.Int[0, parts.Length - 1].Select(i => parts[i]).Array[0, 25].Select(string.Concat).Select(Encoding.UTF8.GetBytes);

        Gen.Select(streams, Gen.Int[1, 7].Array[1, 9]).Sample((bytes, sizes) => Assert.Equal(Judge(bytes, [bytes.Length + 1]), Judge(bytes, sizes)), iter: 20_000);
    }

    private static int Read(AnswerEvents events, byte[] token, int times)
    {
        var chunks = 0;
        for (var i = 0; i < times; i++)
        {
            token.CopyTo(events.Room());
            events.Added(token.Length);
            while (events.TryTake(out _))
                chunks++;
        }

        return chunks;
    }

    private static string Judge(byte[] bytes, int[] sizes)
    {
        using var events = new AnswerEvents(Answers.Limits, 1, Answers.Errors, () => false);
        var (told, taken) = (new StringBuilder(), 0);
        try
        {
            for (var i = 0; taken < bytes.Length && !events.IsDone; i++)
            {
                var room = events.Room();
                var piece = bytes.AsSpan(taken, Math.Min(Math.Min(sizes[i % sizes.Length], room.Length), bytes.Length - taken));
                piece.CopyTo(room.Span);
                events.Added(piece.Length);
                taken += piece.Length;
                Tell(events, told);
            }

            events.BodyEnded();
            Tell(events, told);
            events.ThrowIfIncomplete();
            return told.Append("complete").ToString();
        }
        catch (BackendException failure)
        {
            return told.Append(failure.Reason).Append(failure.Fault?.Message).ToString();
        }
    }

    private static void Tell(AnswerEvents events, StringBuilder told)
    {
        while (events.TryTake(out var chunk))
            told.Append(Encoding.UTF8.GetString(chunk.Json.Span)).Append('|').Append(chunk.Facts.HasContent).Append('\n');
    }
}
