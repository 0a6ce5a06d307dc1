using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>An answer that says that it failed is a failure, whatever its shape and whatever follows, and its words reach the caller.</summary>
public class ErrorInAnswerTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private static readonly Dictionary<string, string> Ends = new()
    {
        ["nothing more"] = "",
        ["[DONE]"] = "data: [DONE]\n\n",
        ["a finish reason and [DONE]"] = $"data: {Chunks.Finish}\n\ndata: [DONE]\n\n",
    };

    public static TheoryData<string> Shapes => [.. ErrorShapes.All.Keys];

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task Before_the_first_content_it_is_the_answers_status(string name)
    {
        var shape = ErrorShapes.All[name];
        foreach (var end in Ends.Values)
        {
            var answer = await both.AnswerAsync(async call =>
            {
                await call.BeginEventsAsync();
                await call.EventAsync(Chunks.Role);
                await call.WriteAsync(shape.Sent + end);
                await call.EndAsync();
            });

            Assert.True(answer.Finished);
            AssertStatus(shape, answer);
            AssertIs(shape, answer.Error);
        }

        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task As_the_very_first_bytes_of_a_body_that_stays_open_too(string name)
    {
        var shape = ErrorShapes.All[name];
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync(chunked: false);
        await call.WriteAsync(shape.Sent);

        var answer = await client.ReadAnswerAsync();

        AssertStatus(shape, answer);
        AssertIs(shape, answer.Error);
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(5));
    }

    [Theory]
    [MemberData(nameof(Shapes))]
    public async Task After_it_it_is_the_last_frame_and_the_connection_is_cut(string name)
    {
        var shape = ErrorShapes.All[name];
        foreach (var end in Ends.Values)
        {
            var answer = await both.AnswerAsync(async call =>
            {
                await call.BeginEventsAsync();
                await call.EventAsync(Chunks.Content("one"));
                await call.WriteAsync(shape.Sent + end);
                await call.EndAsync();
            });

            Assert.Equal((200, false), (answer.Status, answer.Finished));
            Assert.DoesNotContain("[DONE]", answer.Text);
            Assert.Contains("one", answer.Events[0].Text);
            AssertIs(shape, answer.LastError);
        }

        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [InlineData("""{"error":{"message":"too long","type":"invalid_request_error","code":"context_length_exceeded"}}""", 400, "too long", "context_length_exceeded")]
    [InlineData("""{"object":"error","message":"too long","code":400}""", 400, "too long", "400")]
    [InlineData("""{"detail":"no"}""", ErrorShapes.FailedStatus, "no", "backend_error")]
    [InlineData("""{"message":"Endpoint request timed out"}""", ErrorShapes.FailedStatus, "Endpoint request timed out", "backend_error")]
    [InlineData("""{"error":"no","choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""", ErrorShapes.FailedStatus, "no", "backend_error")]
    [InlineData("""[{"error":{"message":"no"}}]""", ErrorShapes.FailedStatus, "no", "backend_error")]
    public async Task As_the_one_object_of_a_body_it_is_one_too_streamed_or_not(string body, int status, string message, string code)
    {
        foreach (var stream in new[] { true, false })
        {
            var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", body), stream);

            Assert.Equal((status, message, code), (answer.Status, Text(answer.Error, "message"), Text(answer.Error, "code")));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData(Chunks.Role)]
    [InlineData("""{"choices":[],"usage":{"completion_tokens":0}}""")]
    [InlineData("""{"choices":[{"index":0,"delta":{"content":""},"finish_reason":""}]}""")]
    public async Task Nothing_at_all_and_then_DONE_is_no_answer(string before)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {before}\n\ndata: [DONE]\n\n");
            await call.EndAsync();
        });

        Assert.Equal((ErrorShapes.FailedStatus, "backend_truncated"), (answer.Status, Text(answer.Error, "code")));
        Assert.Contains("neither content nor a finish reason", Text(answer.Error, "message"));
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task No_words_but_a_finish_reason_is_an_empty_answer_and_complete()
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {Chunks.Role}\n\ndata: {Chunks.Finish}\n\ndata: [DONE]\n\n");
            await call.EndAsync();
        });

        PassThroughTests.AssertIs(answer, [Chunks.Role, Chunks.Finish]);
    }

    [Theory]
    [InlineData("{\"message\":\"the upstream closed\"}", "data: [DONE]\n\n")]
    [InlineData("the upstream closed", "data: [DONE]\n\n")]
    [InlineData("the upstream closed", "")]
    public async Task Words_that_may_be_news_are_the_reason_of_an_answer_that_ends_badly(string words, string end)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {words}\n\n{end}");
            await call.EndAsync();
        });

        Assert.Equal("the upstream closed", Text(answer.Error, "message"));
    }

    [Fact]
    public async Task Neither_addresses_nor_keys_are_among_the_words()
    {
        await using var own = await ServerWithUpstream.StartAsync(("Backends:up:ApiKey", "my-own-secret-key"));
        var answer = await own.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.EventAsync(Chunks.Content("one"));
            await call.EventAsync($$$"""{"error":{"message":"{{{own.Upstream.Url}}} at 10.0.0.7 refused my-own-secret-key"}}""");
            await call.EndAsync();
        });

        Assert.Equal("[model server] at [model server] refused [hidden]", Text(answer.LastError, "message"));
    }

    private static void AssertStatus(ErrorShape shape, RawAnswer answer)
    {
        Assert.Equal(shape.Status ?? ErrorShapes.FailedStatus, answer.Status);
        if (shape.Status is null)
            Assert.Equal("false", answer.Header("x-should-retry"));
    }

    private static void AssertIs(ErrorShape shape, JsonElement error)
    {
        Assert.Equal((shape.Message, shape.Code), (Text(error, "message"), Text(error, "code")));
        Assert.Equal(shape.Param, Text(error, "param"));
        if (shape.Type is not null)
            Assert.Equal(shape.Type, Text(error, "type"));
    }

    private static string? Text(JsonElement error, string name) => error.GetProperty(name).GetString();
}
