using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Answers that stopped early and looked whole.</summary>
public class CutAnswersTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    /// <summary>maximhq/bifrost#5546</summary>
    [Theory]
    [Trait("complaint", "maximhq/bifrost#5546")]
    [InlineData("ends its body")]
    [InlineData("closes")]
    [InlineData("resets")]
    public async Task A_model_server_that_dies_in_the_middle_never_becomes_a_clean_DONE(string death)
    {
        var (client, call) = await both.StreamingAsync();
        using var _ = client;
        await (death switch
        {
            "closes" => call.CloseAsync(),
            "resets" => call.ResetAsync(),
            _ => call.EndAsync(),
        });

        var answer = await client.ReadAnswerAsync();

        CutAnswerTests.AssertCut(answer, "backend_truncated");
        Assert.DoesNotContain("\"finish_reason\":\"", answer.Text);
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" outcome=failed reason=backend_truncated ", both.Server.Log.Of("stream_end")[^1]);
    }

    /// <summary>vllm-project/vllm#57082: the engine that gave up says so in the finish reason only, and then <c>[DONE]</c>.</summary>
    [Theory]
    [Trait("complaint", "vllm-project/vllm#57082")]
    [InlineData("abort")]
    [InlineData("error")]
    public async Task A_model_that_was_aborted_is_not_passed_off_as_finished(string reason)
    {
        var (client, call) = await both.StreamingAsync();
        using var _ = client;
        // In one write: the server closes at the first of them.
        await call.WriteAsync($"data: {Chunks.Finish.Replace("stop", reason, StringComparison.Ordinal)}\n\ndata: {Chunks.Done}\n\n");

        var answer = await client.ReadAnswerAsync();

        CutAnswerTests.AssertCut(answer, "backend_truncated");
        Assert.DoesNotContain("\"finish_reason\":\"", answer.Text);
        await Books.BalancedAsync(both.Server);
    }

    /// <summary>vllm-project/vllm#57082, where the answer is not streamed: no 200.</summary>
    [Fact]
    [Trait("complaint", "vllm-project/vllm#57082")]
    public async Task A_whole_answer_of_a_model_that_was_aborted_is_not_200()
    {
        var answer = await both.AnswerAsync(
            call => call.AnswerAsync("200 OK", """{"choices":[{"index":0,"message":{"content":"Half"},"finish_reason":"abort"}]}"""),
            stream: false);

        Assert.Equal((400, "backend_truncated"), (answer.Status, answer.Error.GetProperty("code").GetString()));
    }

    /// <summary>vllm-project/vllm#57082, where it is this server that stops the stream.</summary>
    [Fact]
    [Trait("complaint", "vllm-project/vllm#57082")]
    public async Task A_stream_that_was_stopped_ends_without_finish_reason_and_without_DONE()
    {
        var (client, _) = await both.StreamingAsync();
        using var __ = client;
        await both.Server.StopAsync(Staging.TraceOf(client));

        var answer = await client.ReadAnswerAsync();

        CutAnswerTests.AssertCut(answer, "client_cancel");
        Assert.DoesNotContain("finish_reason\":\"", answer.Text);
    }
}
