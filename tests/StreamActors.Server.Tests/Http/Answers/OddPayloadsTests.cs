using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Serilog;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>
/// What is odd in a good answer does not spoil it: what may carry a part of it is passed on, what cannot is left out; only an object that is cut
/// or broken, with which a part is lost, fails it.
/// </summary>
public class OddPayloadsTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private static readonly string Deep = string.Concat(Enumerable.Repeat("[", 5000)) + string.Concat(Enumerable.Repeat("]", 5000));

    /// <summary>What a server sends within a good answer, and the payloads that the client gets of it.</summary>
    private static readonly Dictionary<string, (string Sent, string[] Got)> Harmless = new()
    {
        ["empty data"] = ("data:\n\n", []),
        ["empty data with a space"] = ("data: \n\n", []),
        ["blank data"] = ("data:   \t \n\n", []),
        ["two empty data lines"] = ("data:\ndata:\n\n", []),
        ["data without a colon"] = ("data\n\n", []),
        ["empty lines"] = ("\n\n\r\n\n", []),
        ["a comment that is JSON"] = (": {\"error\":\"x\"}\n\n", []),
        ["a ping without data"] = ("event: ping\n\n", []),
        ["a word"] = ("data: ping\n\n", []),
        ["a number"] = ("data: 1\n\n", []),
        ["null"] = ("data: null\n\n", []),
        ["a string"] = ("data: \"keep-alive\"\n\n", []),
        ["an empty list"] = ("data: []\n\n", []),
        ["an unknown field"] = ("nothing: {\"error\":\"x\"}\n\n", []),
        ["markup"] = ("<!-- proxied -->\n\n", []),
        ["an unknown event"] = Passes("event: keepalive", """{"type":"ping"}"""),
        ["an event of another protocol"] = Passes("event: message_start", """{"type":"message_start","message":{"id":"x"}}"""),
        ["an empty object"] = Passes("""{}"""),
        ["news of progress"] = Passes("""{"type":"status","message":"Searching the web"}"""),
        ["a code that says that all is well"] = Passes("""{"code":0,"message":"success"}"""),
        ["another code that says so"] = Passes("""{"code":"200","msg":"ok","data":null}"""),
        ["MiniMax's report of success"] = Passes("""{"choices":null,"base_resp":{"status_code":0,"status_msg":""}}"""),
        ["Azure's first chunk"] = Passes("""{"choices":[],"prompt_filter_results":[{"prompt_index":0}]}"""),
        ["a usage of null"] = Passes("""{"choices":[{"index":0,"delta":{"content":"x"}}],"usage":null}"""),
        ["a usage without choices"] = Passes("""{"usage":{"prompt_tokens":1}}"""),
        ["choices of null"] = Passes("""{"choices":null}"""),
        ["choices that are an object"] = Passes("""{"choices":{"index":0,"delta":{"content":"x"}}}"""),
        ["choices that are a text"] = Passes("""{"choices":"none"}"""),
        ["choices among which are others"] = Passes("""{"choices":[null,1,{"index":0,"delta":{"content":"x"}}]}"""),
        ["a delta of null"] = Passes("""{"choices":[{"index":0,"delta":null,"finish_reason":null}]}"""),
        ["no delta"] = Passes("""{"choices":[{"index":0}]}"""),
        ["a delta that is a text"] = Passes("""{"choices":[{"index":0,"delta":"x"}]}"""),
        ["content that is a list"] = Passes("""{"choices":[{"index":0,"delta":{"content":[{"type":"text","text":"x"}]}}]}"""),
        ["the word null for a finish reason"] = Passes("""{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":"null"}]}"""),
        ["an empty finish reason"] = Passes("""{"choices":[{"index":0,"delta":{"content":"x"},"finish_reason":""}]}"""),
        ["no index"] = Passes("""{"choices":[{"delta":{"content":"x"}}]}"""),
        ["an index of null"] = Passes("""{"choices":[{"index":null,"delta":{"content":"x"}}]}"""),
        ["an index of -1"] = Passes("""{"choices":[{"index":-1,"delta":{"content":"x"}}]}"""),
        ["a counting index"] = Passes("""{"choices":[{"index":4711,"delta":{"content":"x"}}]}"""),
        ["an index beyond all numbers"] = Passes("""{"choices":[{"index":1e999,"delta":{"content":"x"}}]}"""),
        ["an index as text"] = Passes("""{"choices":[{"index":"0","delta":{"content":"x"}}]}"""),
        ["an error of null"] = Passes("""{"error":null,"choices":[{"index":0,"delta":{"content":"x"},"error":null}]}"""),
        ["an error of nothing"] = Passes("""{"error":{},"choices":[{"index":0,"delta":{"content":"x"},"error":""}]}"""),
        ["an error that is false"] = Passes("""{"error":false,"choices":[{"index":0,"delta":{"content":"x"}}]}"""),
        ["an error with empty members"] = Passes("""{"error":{"message":"","type":"","code":null},"choices":[{"index":0,"delta":{"content":"x"}}]}"""),
        ["names that are given twice"] = Passes("""{"choices":[],"choices":[{"index":0,"index":0,"delta":{"content":"x","content":"y"}}]}"""),
        ["depth"] = Passes($$$"""{"choices":[{"index":0,"delta":{"content":"x"}}],"deep":{{{Deep}}}}"""),
        ["depth within the delta"] = Passes($$$"""{"choices":[{"index":0,"delta":{"content":"x","deep":{{{Deep}}}}}]}"""),
        ["NaN"] = Passes("""{"choices":[{"index":0,"delta":{"content":"NaN"},"logprobs":{"content":[{"logprob":-Infinity},{"logprob":NaN}]}}]}"""),
        ["a comma too many"] = Passes("""{"choices":[{"index":0,"delta":{"content":"x"},},],}"""),
        ["half of a surrogate pair"] = Passes("""{"choices":[{"index":0,"delta":{"content":"\ud83d"}}]}"""),
        ["blanks around it"] = ("data:  \t" + Chunks.Empty + "  \n\n", [" \t" + Chunks.Empty + "  "]),
        ["two objects in one payload"] = ($"data: {Chunks.Content("x")}{Chunks.Content("y")}\n\n", [Chunks.Content("x"), Chunks.Content("y")]),
        ["two objects without an empty line"] = ($"data: {Chunks.Content("x")}\ndata: {Chunks.Content("y")}\n\n", [Chunks.Content("x"), Chunks.Content("y")]),
        ["a list of objects"] = ($"data: [{Chunks.Content("x")}, {Chunks.Content("y")}]\n\n", [Chunks.Content("x"), Chunks.Content("y")]),
        ["an object and a word"] = ($"data: {Chunks.Content("x")} x\n\n", [Chunks.Content("x")]),
        ["JSON without data:"] = ($"{Chunks.Content("x")}\n", [Chunks.Content("x")]),
        ["JSON without data:, several lines"] = ($"{Chunks.Content("x")}\n{Chunks.Content("y")}\n\n", [Chunks.Content("x"), Chunks.Content("y")]),
    };

    /// <summary>What loses a part of the answer.</summary>
    private static readonly Dictionary<string, string> Broken = new()
    {
        ["half an object"] = "data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"x\n\n",
        ["brackets that do not match"] = "data: {\"choices\":[}\n\n",
        ["a value that is none"] = "data: {\"choices\":[{\"delta\":{\"content\":nothing}}]}\n\n",
        ["half an object behind a whole one"] = $"data: {Chunks.Content("x")}{{\"choices\":\n\n",
    };

    public static TheoryData<string> HarmlessNames => [.. Harmless.Keys];

    public static TheoryData<string> BrokenNames => [.. Broken.Keys];

    [Theory]
    [MemberData(nameof(HarmlessNames))]
    public async Task A_good_answer_gets_through(string name)
    {
        var (sent, got) = Harmless[name];

        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {Chunks.Role}\n\n{sent}data: {Chunks.Content("one")}\n\n{sent}data: {Chunks.Finish}\n\n{sent}data: [DONE]\n\n");
            await call.EndAsync();
        });

        PassThroughTests.AssertIs(answer, [Chunks.Role, .. got, Chunks.Content("one"), .. got, Chunks.Finish, .. got]);
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" outcome=completed ", both.Server.Log.Of("stream_end")[^1]);
    }

    [Theory]
    [MemberData(nameof(HarmlessNames))]
    public async Task A_good_answer_gets_through_in_Ollamas_form_and_as_one_object_too(string name)
    {
        var sent = $"data: {Chunks.Role}\n\n{Harmless[name].Sent}data: {Chunks.Content("one")}\n\ndata: {Chunks.Finish}\n\ndata: [DONE]\n\n";
        foreach (var (path, body) in new[] { ("/api/chat", ServerWithUpstream.Chat()), ("/v1/chat/completions", ServerWithUpstream.Chat(stream: false)) })
        {
            using var client = await RawClient.ConnectAsync(both.Server);
            await client.PostAsync(path, body);
            var call = await both.Upstream.NextCallAsync();
            await call.BeginEventsAsync();
            await call.WriteAsync(sent);

            var answer = await client.ReadAnswerAsync();

            Assert.Equal((200, true), (answer.Status, answer.Finished));
            Assert.Contains("one\"", answer.Text);
            Assert.Contains(path == "/api/chat" ? "\"done\":true" : "\"finish_reason\":\"stop\"", answer.Text);
        }
    }

    [Fact]
    public async Task What_is_left_out_is_noted_at_debug_level_without_its_words()
    {
        var log = new LogLines();
        await using var own = await ServerWithUpstream.StartAsync(services => services.AddSingleton<Serilog.ILogger>(new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(log).CreateLogger()));

        await own.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: secret\n\ndata: 1\n\ndata: {Chunks.Finish}\n\ndata: [DONE]\n\n");
            await call.EndAsync();
        });

        await Eventually.HoldsAsync(() => Assert.Contains(log.All, line => line.EndsWith("backend_payloads_left_out backend=up payloads=2", StringComparison.Ordinal)));
        Assert.DoesNotContain(log.All, line => line.Contains("secret"));
    }

    [Theory]
    [MemberData(nameof(BrokenNames))]
    public async Task A_part_that_is_lost_is_never_passed_over(string name)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {Chunks.Content("one")}\n\n{Broken[name]}data: {Chunks.Finish}\n\ndata: [DONE]\n\n");
            await call.EndAsync();
        });

        CutAnswerTests.AssertCut(answer, "backend_error");
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task Broken_UTF8_comes_as_a_browser_reads_it()
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync([.. "data: {\"choices\":[{\"delta\":{\"content\":\"a"u8, 0xf0, 0x9f, .. "b\"}}]}\n\ndata: "u8, .. Encoding.UTF8.GetBytes(Chunks.Finish), .. "\n\ndata: [DONE]\n\n"u8]);
            await call.EndAsync();
        });

        PassThroughTests.AssertIs(answer, ["{\"choices\":[{\"delta\":{\"content\":\"a\uFFFDb\"}}]}", Chunks.Finish]);
    }

    [Theory]
    [InlineData("data: [DONE]")]
    [InlineData("data: [DONE]\n")]
    [InlineData("data:[DONE]\r\n")]
    [InlineData("data: [done]\n\n")]
    [InlineData("data: \"[DONE]\"\n\n")]
    [InlineData("[DONE]\n\n")]
    [InlineData("event: done\ndata: [DONE]\n\n")]
    [InlineData("data: " + Chunks.Finish)]
    [InlineData("data: " + Chunks.Finish + "\ndata: [DONE]\n")]
    public async Task The_end_is_known_in_any_form(string end)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {Chunks.Content("one")}\n\n{end}");
            await call.EndAsync();
        });

        Assert.Equal((200, true), (answer.Status, answer.Finished));
        Assert.Equal(Chunks.Done, answer.Events[^1].Text);
    }

    [Theory]
    [InlineData("data: [DO")]
    [InlineData("data: {\"choices\":[{\"delta\":{},\"finish_reason\":\"stop\"}")]
    [InlineData("{\"choices\":[")]
    public async Task An_end_that_is_cut_is_none(string end)
    {
        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            await call.WriteAsync($"data: {Chunks.Content("one")}\n\n{end}");
            await call.EndAsync();
        });

        CutAnswerTests.AssertCut(answer, "backend_truncated");
    }

    [Fact]
    public async Task Two_choices_that_are_numbered_wrongly_are_told_apart_by_their_places()
    {
        using var client = await RawClient.PostChatAsync(both.Server, """{"model":"m","n":2,"stream":true,"messages":[{"role":"user","content":"x"}]}""");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        const string finish = """{"choices":[{"index":500,"delta":{"content":"x"},"finish_reason":"stop"},{"delta":{"content":"y"},"finish_reason":"stop"}]}""";
        await call.EventAsync(finish);
        await call.EndAsync();

        PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [finish]);
    }

    private static (string, string[]) Passes(string payload) => ($"data: {payload}\n\n", [payload]);

    private static (string, string[]) Passes(string field, string payload) => ($"{field}\ndata: {payload}\n\n", [payload]);
}
