using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>How much of an answer is taken is a setting, and exact.</summary>
public class AnswerLimitsTests
{
    private const int Events = 20_000;
    private const int Whole = 30_000;

    private static readonly (string, string)[] Small = [("Backends:up:MaxEventBytes", $"{Events}"), ("Backends:up:MaxAnswerBytes", $"{Whole}")];

    [Fact]
    public async Task An_image_of_20_MiB_gets_through_as_shipped_streamed_and_not()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var image = Convert.ToBase64String(new byte[20 * 1024 * 1024]);
        foreach (var stream in new[] { true, false })
        {
            var name = stream ? "delta" : "message";
            var chunk = $$$"""{"choices":[{"index":0,"{{{name}}}":{"images":[{"type":"image_url","image_url":{"url":"data:image/png;base64,{{{image}}}"}}]},"finish_reason":"stop"}]}""";
            using var content = new StringContent(ServerWithUpstream.Chat(stream));
            var asking = both.Server.Http.PostAsync("/v1/chat/completions", content);
            var call = await both.Upstream.NextCallAsync();
            await (stream ? StreamAsync(call, chunk) : call.AnswerAsync("200 OK", chunk));

            var answer = await (await asking).Content.ReadAsStringAsync();

            Assert.Equal(stream ? $"data: {chunk}\n\ndata: [DONE]\n\n" : chunk, answer);
        }
    }

    [Fact]
    public async Task An_event_of_the_most_bytes_passes_and_one_of_one_more_fails_however_its_bytes_come()
    {
        await using var both = await ServerWithUpstream.StartAsync(Small);
        foreach (var pieces in new[] { 1, 2, 50 })
        {
            foreach (var over in new[] { 0, 1 })
            {
                var chunk = Sized(Chunks.Content("@"), Events + over);
                var answer = await both.AnswerAsync(async call =>
                {
                    await call.BeginEventsAsync();
                    await InPiecesAsync(call, $"data: {chunk}\n\ndata: [DONE]\n\n", pieces);
                    await call.EndAsync();
                });

                if (over == 0)
                    PassThroughTests.AssertIs(answer, [chunk]);
                else
                    AssertTooLarge(answer, "20,000 bytes");
            }
        }

        await AssertNamedAsync(both, "Backends:up:MaxEventBytes");
    }

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"x"}]}""", """{"choices":[{"message":{"content":"@"},"finish_reason":"stop"}]}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","messages":[{"role":"user","content":"x"}],"stream":true}""", """{"choices":[{"message":{"content":"@"},"finish_reason":"stop"}]}""")]
    [InlineData("/v1/embeddings", """{"model":"m","input":"x"}""", """{"object":"list","data":[{"embedding":"@"}]}""")]
    public async Task A_whole_answer_of_the_most_bytes_passes_and_one_of_one_more_fails(string path, string request, string answer)
    {
        await using var both = await ServerWithUpstream.StartAsync(Small);
        foreach (var over in new[] { 0, 1 })
        {
            using var client = await RawClient.ConnectAsync(both.Server);
            await client.PostAsync(path, request);
            await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", Sized(answer, Whole + over));

            var got = await client.ReadAnswerAsync();

            if (over == 0)
                Assert.Equal((200, true), (got.Status, got.Body.Length >= Whole));
            else
                AssertTooLarge(got, "30,000 bytes");
        }

        await AssertNamedAsync(both, "Backends:up:MaxAnswerBytes");
    }

    [Fact]
    public async Task One_that_is_put_together_is_bounded_alike()
    {
        await using var both = await ServerWithUpstream.StartAsync(Small);
        var frame = """{"object":"chat.completion","choices":[{"index":0,"message":{"role":"assistant","content":""},"finish_reason":null}]}""".Length;
        foreach (var over in new[] { 0, 1 })
        {
            var words = new string('x', Whole - frame + over);
            var answer = await both.AnswerAsync(
                call => StreamAsync(call, Chunks.Content(words[..15_000]), Chunks.Content(words[15_000..])), stream: false);

            if (over == 0)
                Assert.Equal((200, Whole), (answer.Status, answer.Body.Length));
            else
                AssertTooLarge(answer, "30,000 bytes");
        }
    }

    [Fact]
    public async Task A_stream_may_be_longer_than_both()
    {
        await using var both = await ServerWithUpstream.StartAsync(Small);
        string[] payloads = [.. Enumerable.Range(0, 200).Select(i => Chunks.Content(new string('x', 10_000)))];

        var answer = await both.AnswerAsync(call => StreamAsync(call, payloads));

        PassThroughTests.AssertIs(answer, payloads);
    }

    private static async Task StreamAsync(UpstreamCall call, params string[] payloads)
    {
        await call.BeginEventsAsync();
        await call.WriteAsync(Framing.All["LF"](payloads));
        await call.EndAsync();
    }

    private static async Task InPiecesAsync(UpstreamCall call, string text, int pieces)
    {
        try
        {
            foreach (var piece in Encoding.UTF8.GetBytes(text).Chunk((text.Length / pieces) + 1))
                await call.WriteAsync(piece);
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // Too much of it has come.
        }
    }

    private static string Sized(string pattern, int bytes) => pattern.Replace("@", new string('x', bytes - pattern.Length + 1));

    private static void AssertTooLarge(RawAnswer answer, string bytes)
    {
        Assert.Equal((ErrorShapes.FailedStatus, "backend_error"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.Contains($"more than {bytes}", answer.Error.GetProperty("message").GetString());
    }

    private static Task AssertNamedAsync(ServerWithUpstream both, string setting) => Eventually.HoldsAsync(() =>
        Assert.Contains(both.Server.Log.All, line => line.Contains("backend_trouble backend=up") && line.Contains($"raise {setting}")));
}
