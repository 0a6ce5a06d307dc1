using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Completions of plain text: passed through, and streams like any other.</summary>
public class CompletionsTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Stream = """{"model":"m","prompt":"Once","stream":true}""";

    [Fact]
    public async Task Before_the_upstream_has_answered_anything_a_client_that_leaves_ends_its_connection()
    {
        var (client, call) = await AskAsync(Stream);
        client.Dispose();

        await call.Closed.WaitAsync(TimeSpan.FromSeconds(2));
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" reason=client_disconnect ", both.Server.Log.Of("stream_end")[^1]);
    }

    [Theory]
    [InlineData("""{"model":"m","prompt":"Once","stream":true}""")]
    [InlineData("""  { "prompt" : [1, 2.0, 3] , "model":"\u006d", "stream":true, "suffix":"\u00fc", "x_unknown":{"a":1e0}}""")]
    [InlineData("""{"model":"m","prompt":["a"],"stream":true,"best_of":4,"echo":true,"stream_options":{"include_usage":true}}""")]
    public async Task Body_and_chunks_pass_byte_for_byte(string body)
    {
        string[] payloads = [Text("Up"), Text("on \\u0041"), """{"choices":[{"text":"","index":0,"finish_reason":"stop"}],"x":1.0}""", """{"choices":[],"usage":{"completion_tokens":2}}"""];
        var (client, call) = await AskAsync(body);
        using var _ = client;

        await call.BeginEventsAsync();
        await call.WriteAsync(Framing.All["LF"](payloads));
        await call.EndAsync();

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), payloads);
        Assert.Equal(Encoding.UTF8.GetBytes(body), call.BodyBytes);
        Assert.StartsWith("POST /v1/completions HTTP/1.1", call.Head);
    }

    [Fact]
    public async Task Not_streamed_passes_as_it_is()
    {
        const string answer = """ {"choices":[{"text":"Up","finish_reason":"stop"}],"usage":{"completion_tokens":1.0}} """;
        var (client, call) = await AskAsync("""{"prompt":"Once"}""");
        using var _ = client;
        await call.AnswerAsync("200 OK", answer);

        Assert.Equal(answer, (await client.ReadAnswerAsync()).Text);
        Assert.Equal("""{"model":"m","prompt":"Once"}""", call.Body);
    }

    [Fact]
    public async Task A_newer_chat_of_the_session_takes_a_completions_place_and_the_other_way_round()
    {
        var (first, completion) = await AskAsync(Stream, "s");
        using var _ = first;
        await completion.BeginEventsAsync();
        await completion.EventAsync(Text("one"));
        await first.ReadUntilAsync("one");

        var (second, chat) = await both.AskAsync(session: "s");
        using var __ = second;
        Assert.True(completion.HasClosed);
        Assert.Equal("registry_new_stream", (await first.ReadAnswerAsync()).LastError.GetProperty("code").GetString());

        var (third, last) = await AskAsync(Stream, "s");
        using var ___ = third;
        Assert.True(chat.HasClosed);
        Assert.Equal("registry_new_stream", (await second.ReadAnswerAsync()).Error.GetProperty("code").GetString());

        await last.BeginEventsAsync();
        await last.EventAsync(Text("half"));
        await last.CloseAsync();
        var cut = await third.ReadAnswerAsync();
        Assert.Equal((false, "backend_truncated"), (cut.Finished, cut.LastError.GetProperty("code").GetString()));
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [InlineData("""["a","b"]""", 1, 1, false)]
    [InlineData("""["a","b"]""", 1, 2, true)]
    [InlineData("""[[1,2],[3]]""", 2, 3, false)]
    [InlineData("""[[1,2],[3]]""", 2, 4, true)]
    [InlineData("[1,2,3]", 1, 1, true)]
    public async Task An_answer_is_whole_when_every_prompt_has_all_of_its_answers(string prompt, int n, int finished, bool whole)
    {
        var (client, call) = await AskAsync($$"""{"model":"m","prompt":{{prompt}},"n":{{n}},"stream":true}""");
        using var _ = client;
        await call.BeginEventsAsync();
        for (var index = 0; index < finished; index++)
            await call.EventAsync($$"""{"choices":[{"text":"x","index":{{index}},"finish_reason":"stop"}]}""");
        await call.EndAsync();

        Assert.Equal(whole, (await client.ReadAnswerAsync()).Text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
    }

    /// <summary>As many as OpenAI takes; each choice's last piece says so, in any order.</summary>
    [Theory]
    [InlineData(128, 1, 0, true)]
    [InlineData(129, 1, 0, true)]
    [InlineData(2048, 1, 0, true)]
    [InlineData(2048, 1, 1, false)]
    [InlineData(2048, 2, 0, true)]
    [InlineData(2048, 2, 1, false)]
    [InlineData(700, 3, 0, true)]
    public async Task Of_many_prompts_all_must_be_answered(int prompts, int n, int missing, bool whole)
    {
        var texts = string.Join(',', Enumerable.Range(0, prompts).Select(i => $"\"p{i}\""));
        var (client, call) = await AskAsync($$"""{"model":"m","prompt":[{{texts}}],"n":{{n}},"stream":true}""");
        using var _ = client;
        await call.BeginEventsAsync();
        var finishes = Enumerable.Range(missing, (prompts * n) - missing).Reverse().Select(i => $$"""data: {"choices":[{"text":"x","index":{{i}},"finish_reason":"stop"}]}""");
        await call.WriteAsync(string.Join("\n\n", finishes) + "\n\n");
        await call.EndAsync();

        Assert.Equal(whole, (await client.ReadAnswerAsync()).Text.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_many_prompts_the_whole_answer_passes_as_it_is()
    {
        var texts = string.Join(',', Enumerable.Range(0, 2048).Select(i => $"[{i},{i}.0]"));
        var answer = $$"""{"choices":[{{string.Join(',', Enumerable.Range(0, 2048).Select(i => $$"""{"text":"x","index":{{i}},"finish_reason":"stop"}"""))}}]}""";
        var (client, call) = await AskAsync($$"""{"model":"m","prompt":[{{texts}}]}""");
        using var _ = client;
        await call.AnswerAsync("200 OK", answer);

        Assert.Equal(answer, (await client.ReadAnswerAsync()).Text);
    }

    [Fact]
    public async Task More_prompts_than_OpenAI_takes_are_refused()
    {
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/completions", $$"""{"model":"m","prompt":[{{string.Join(',', Enumerable.Repeat("\"p\"", 2049))}}]}""");

        Assert.Contains("2048 is the most", (await client.ReadAnswerAsync()).Error.GetProperty("message").GetString());
    }

    [Theory]
    [InlineData("{}", "prompt")]
    [InlineData("""{"prompt":[]}""", "prompt")]
    [InlineData("""{"prompt":7}""", "prompt")]
    [InlineData("""{"prompt":["a","b"],"n":129}""", "n")]
    [InlineData("""{"prompt":"a","n":0}""", "n")]
    [InlineData("""{"prompt":"a","stream":"yes"}""", "stream")]
    [InlineData("""{"prompt":"a","model":1}""", "model")]
    public async Task A_field_that_is_wrong_is_named(string body, string param)
    {
        var answer = await Rejected.AssertAsync(both, 400, client => client.PostAsync("/v1/completions", body));

        Assert.Equal(param, answer.Error.GetProperty("param").GetString());
    }

    private async Task<(RawClient Client, UpstreamCall Call)> AskAsync(string body, string? session = null)
    {
        var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/completions", body, session is null ? "" : $"X-Session-Id: {session}\r\n");
        return (client, await both.Upstream.NextCallAsync());
    }

    private static string Text(string text) => $$"""{"choices":[{"text":"{{text}}","index":0,"logprobs":null,"finish_reason":null}]}""";
}
