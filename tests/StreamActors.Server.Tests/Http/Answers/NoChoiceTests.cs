using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>A model server that answers a prompt with an object in which no answer is.</summary>
public class NoChoiceTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    [Theory]
    [InlineData("{}")]
    [InlineData("""{"id":"c","object":"chat.completion","choices":[]}""")]
    [InlineData("""{"id":"c","object":"chat.completion","choices":null,"usage":{"completion_tokens":0}}""")]
    [InlineData("""{"data":{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}}""")]
    public async Task One_object_without_a_choice_is_no_answer_in_any_form(string body)
    {
        foreach (var path in new[] { "/v1/chat/completions", "/api/chat" })
        {
            foreach (var stream in new[] { true, false })
            {
                using var client = await RawClient.ConnectAsync(both.Server);
                await client.PostAsync(path, ServerWithUpstream.Chat(stream));
                await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", body);

                var answer = await client.ReadAnswerAsync();

                Assert.Equal(ErrorShapes.FailedStatus, answer.Status);
                Assert.Contains(stream ? "stopped before its end" : "no choice", answer.Text, StringComparison.Ordinal);
            }
        }

        await Books.BalancedAsync(both.Server);
        Assert.DoesNotContain(" outcome=completed ", both.Server.Log.Of("stream_end")[^1], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_sentence_after_the_answer_does_not_spoil_it()
    {
        const string whole = """{"choices":[{"index":0,"message":{"role":"assistant","content":"fine"},"finish_reason":"stop"}]}""";

        var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", $"{whole}\nproxied by a gateway"), stream: false);

        Assert.Equal((200, whole), (answer.Status, answer.Text));
    }
}
