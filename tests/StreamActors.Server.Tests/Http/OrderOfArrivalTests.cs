using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Which of two prompts is the newer one is decided when they arrive.</summary>
public class OrderOfArrivalTests
{
    [Fact]
    public async Task A_prompt_that_waited_for_a_list_of_models_does_not_replace_one_that_came_after_it()
    {
        await using var upstream = new RawUpstream();
        await using var server = await TestServer.StartAsync(
            ("Backends:fast:Type", "Demo"), ("Backends:fast:Models:0", "demo"), ("Backends:fast:TokensPerSecond", "20"),
            ("Backends:slow:Type", "OpenAiCompatible"), ("Backends:slow:Url", upstream.Url), ("Server:DrainTimeout", "00:00:00"));
        using var older = await RawClient.PostChatAsync(server, """{"model":"m","prompt":"A","stream":true}""", "s");
        var question = await upstream.NextCallAsync();
        using var newer = await RawClient.PostChatAsync(server, """{"model":"demo","prompt":"B","stream":true}""", "s");
        await newer.ReadUntilAsync("This");

        await question.AnswerAsync("200 OK", """{"data":[{"id":"m"}]}""");

        var lost = await older.ReadAnswerAsync();
        Assert.Equal(400, lost.Status);
        Assert.Equal("registry_new_stream", lost.Error.GetProperty("code").GetString());
        Assert.Contains("[DONE]", (await newer.ReadAnswerAsync()).Text);
        await Eventually.HoldsAsync(() => Assert.Single(server.Log.Of("stream_end")));
        Assert.Single(server.Log.Of("stream_dropped"));
        Assert.Empty(server.Log.Of("stream_cancelled"));
    }

    [Fact]
    public async Task A_model_that_a_backend_out_of_reach_may_have_gives_502_and_not_404()
    {
        await using var server = await TestServer.StartAsync(
            ("Backends:down:Type", "OpenAiCompatible"), ("Backends:down:Url", "http://127.0.0.1:1"), ("Server:DrainTimeout", "00:00:00"));
        using var client = await RawClient.PostChatAsync(server, """{"model":"llama3","prompt":"A"}""");

        var answer = await client.ReadAnswerAsync();

        Assert.Equal(502, answer.Status);
        Assert.Equal("backend_unreachable", answer.Error.GetProperty("code").GetString());
        Assert.Contains("down", answer.Error.GetProperty("message").GetString());
    }

    [Fact]
    public async Task Without_a_default_a_prompt_that_names_no_model_goes_to_the_first_there_is()
    {
        await using var upstream = new RawUpstream();
        await using var server = await TestServer.StartAsync(
            ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", upstream.Url), ("Server:DrainTimeout", "00:00:00"));
        using var client = await RawClient.PostChatAsync(server, """{"prompt":"A"}""");

        await (await upstream.NextCallAsync()).AnswerAsync("200 OK", """{"data":[{"id":"first"},{"id":"second"}]}""");

        Assert.Contains("\"model\":\"first\"", (await upstream.NextCallAsync()).Body);
    }
}
