using System.Text;
using System.Text.Json.Nodes;
using StreamActors.Protocol;
using StreamActors.Server.Http;
using StreamActors.Server.Http.Ollama;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>What Ollama's requests become. The left is in each case merged into a small one, the right is what must be in the outcome.</summary>
public class OllamaRequestTests
{
    private const string Hi = """[{"role":"user","content":"Hi"}]""";

    public static TheoryData<string, string> Fields => new()
    {
        { """{"options":{"temperature":0.5,"top_p":1e-1,"seed":7,"num_predict":20,"stop":["a","b"],"presence_penalty":1,"frequency_penalty":-1}}""",
          """{"temperature":0.5,"top_p":1e-1,"seed":7,"max_tokens":20,"stop":["a","b"],"presence_penalty":1,"frequency_penalty":-1}""" },
        { """{"options":{"num_ctx":4096,"num_predict":-1,"stop":[],"temperature":null}}""",
          """{"options":{"num_ctx":4096,"num_predict":-1,"stop":[],"temperature":null},"max_tokens":null,"stop":null,"temperature":null}""" },
        { """{"keep_alive":"5m","think":true}""", """{"keep_alive":"5m","think":true,"reasoning_effort":null}""" },
        { """{"keep_alive":0,"think":"high"}""", """{"keep_alive":0,"think":"high","reasoning_effort":"high"}""" },
        { """{"think":"max"}""", """{"think":"max","reasoning_effort":"high"}""" },
        { """{"format":"json"}""", """{"response_format":{"type":"json_object"},"format":null}""" },
        { """{"format":""}""", """{"response_format":null}""" },
        { """{"format":{"type":"object"}}""", """{"response_format":{"type":"json_schema","json_schema":{"name":"answer","schema":{"type":"object"}}}}""" },
        { """{"tools":[{"type":"function","function":{"name":"f"}}],"logprobs":true,"top_logprobs":2}""",
          """{"tools":[{"type":"function","function":{"name":"f"}}],"logprobs":true,"top_logprobs":2}""" },
        { """{"stream":false}""", """{"stream":false,"stream_options":null}""" },
        { """{"stream":null}""", """{"stream":true,"stream_options":{"include_usage":true}}""" },
        { """{"temperature":3,"n":5,"unknown":1}""", """{"temperature":null,"n":null,"unknown":null}""" },
    };

    [Fact]
    public async Task A_history_of_many_calls_and_results_takes_no_more_time_than_its_length()
    {
        const int each = 300_000;
        var calls = string.Join(',', Enumerable.Repeat("{\"function\":{\"name\":\"f\"}}", each));
        var results = string.Concat(Enumerable.Repeat(",{\"role\":\"tool\",\"tool_name\":\"g\",\"content\":\"\"}", each));
        var body = Bytes($"{{\"model\":\"m\",\"messages\":[{{\"role\":\"assistant\",\"content\":\"\",\"tool_calls\":[{calls}]}}{results}]}}");

        var read = await Task.Run(() => OllamaFront.Chat.Read(body)).WaitAsync(TimeSpan.FromSeconds(30));

        Assert.EndsWith($"\"tool_call_id\":\"call_{each - 1}\",\"name\":\"g\"}}]}}", Encoding.UTF8.GetString(read.Body.Span));
    }

    [Theory]
    [MemberData(nameof(Fields))]
    public void Fields_are_said_in_OpenAIs_words(string fields, string expected)
    {
        var body = JsonNode.Parse(fields)!.AsObject();
        body["messages"] = JsonNode.Parse(Hi);

        var json = Json(OllamaFront.Chat.Read(Bytes(body.ToJsonString())));

        foreach (var (name, value) in JsonNode.Parse(expected)!.AsObject())
            Assert.Equal(value?.ToJsonString(), json[name]?.ToJsonString());
        Assert.Equal(Hi, json["messages"]!.ToJsonString());
    }

    public static TheoryData<string, string> Messages => new()
    {
        { """{"role":"system","content":"S"},{"role":"user"}""", """{"role":"system","content":"S"},{"role":"user","content":""}""" },
        { """{"role":"user","content":"See","images":["iVBORw0KGgo=","/9j/AA=="]}""",
          """{"role":"user","content":[{"type":"text","text":"See"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo="}},{"type":"image_url","image_url":{"url":"data:image/jpeg;base64,/9j/AA=="}}]}""" },
        { """{"role":"user","content":"","images":["R0lGODlh"]}""",
          """{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:image/gif;base64,R0lGODlh"}}]}""" },
        { """{"role":"user","content":"x","images":[]}""", """{"role":"user","content":"x"}""" },
        { """{"role":"assistant","content":"A","thinking":"T"}""", """{"role":"assistant","content":"A","reasoning":"T"}""" },
        { """{"role":"assistant","tool_calls":[{"function":{"name":"f","arguments":{"a":[1]}}},{"id":"x","function":{"name":"g"}}]},{"role":"tool","content":"G","tool_name":"g"},{"role":"tool","content":"F"}""",
          """{"role":"assistant","content":"","tool_calls":[{"id":"call_0","type":"function","function":{"name":"f","arguments":"{\"a\":[1]}"}},{"id":"x","type":"function","function":{"name":"g","arguments":"{}"}}]},{"role":"tool","content":"G","tool_call_id":"x","name":"g"},{"role":"tool","content":"F","tool_call_id":"call_0"}""" },
        { """{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f"}},{"id":"b","function":{"name":"f"}}]},{"role":"tool","tool_call_id":"b","content":"2"},{"role":"tool","tool_name":"f","content":"1"}""",
          """{"role":"assistant","content":"","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{}"}}]},{"role":"tool","content":"2","tool_call_id":"b"},{"role":"tool","content":"1","tool_call_id":"a","name":"f"}""" },
        { """{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"b","function":{"name":"f","arguments":"{\"a"}},{"id":"c","function":{"name":"f","arguments":null}}]}""",
          """{"role":"assistant","content":"","tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"a\":1}"}},{"id":"b","type":"function","function":{"name":"f","arguments":"{\"arguments\":\"{\\\"a\"}"}},{"id":"c","type":"function","function":{"name":"f","arguments":"{}"}}]}""" },
        { """{"role":"tool","content":"of nothing","tool_name":"f"}""", """{"role":"tool","content":"of nothing","name":"f"}""" },
    };

    [Theory]
    [MemberData(nameof(Messages))]
    public void Messages_are_said_in_OpenAIs_words(string messages, string expected)
    {
        var json = Json(OllamaFront.Chat.Read(Bytes($$"""{"model":"m","messages":[{{messages}}]}""")));

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($"[{expected}]"), json["messages"]), json["messages"]!.ToJsonString());
    }

    [Fact]
    public void A_prompt_becomes_messages()
    {
        var chat = OllamaFront.Generate.Read(Bytes("""{"model":"m","system":"S","prompt":"P","images":["AAAA"],"suffix":"","raw":false,"context":[]}"""));

        Assert.Equal(("m", true, 1), (chat.Model, chat.Stream, chat.Choices));
        Assert.Equal(
            """[{"role":"system","content":"S"},{"role":"user","content":[{"type":"text","text":"P"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA"}}]}]""",
            Json(chat)["messages"]!.ToJsonString());
    }

    /// <summary>What goes to the backend may be no deeper than what backends read.</summary>
    [Fact]
    public void The_deepest_schema_that_is_taken_is_one_that_can_be_sent()
    {
        var schema = string.Concat(Enumerable.Repeat("{\"a\":", 995)) + "{}" + new string('}', 995);

        var chat = OllamaFront.Chat.Read(Bytes($$"""{"messages":{{Hi}},"format":{{schema}}}"""));

        Assert.Contains("\"model\":\"other\"", Encoding.UTF8.GetString(ChatRequestWriter.Write(chat, "other").Span));
    }

    /// <summary>A strict server refuses fields that it does not know.</summary>
    [Theory]
    [InlineData(true, "m")]
    [InlineData(false, "m")]
    [InlineData(true, "other")]
    [InlineData(false, "other")]
    public void Fields_that_only_Ollama_knows_go_to_an_Ollama_alone(bool toOllama, string model)
    {
        var chat = OllamaFront.Chat.Read(Bytes(
            $$"""{"model":"m","messages":{{Hi}},"options":{"temperature":0.5,"num_ctx":9},"keep_alive":"5m","think":"low"}"""));

        var json = JsonNode.Parse(ChatRequestWriter.Write(chat, model, toOllama).Span)!.AsObject();

        Assert.Equal(
            toOllama ? ["keep_alive", "messages", "model", "options", "reasoning_effort", "stream", "stream_options", "temperature", "think"]
                : ["messages", "model", "reasoning_effort", "stream", "stream_options", "temperature"],
            json.Select(field => field.Key).Order());
        Assert.Equal(model, json["model"]!.GetValue<string>());
    }

    [Theory]
    [InlineData(true, """ "x":1 """, false)]
    [InlineData(true, """ "prompt":"","keep_alive":"10m" """, false)]
    [InlineData(true, """ "prompt":null,"keep_alive":0 """, true)]
    [InlineData(true, """ "system":"S","keep_alive":0.0 """, true)]
    [InlineData(false, """ "x":1 """, false)]
    [InlineData(false, """ "messages":[],"keep_alive":-1 """, false)]
    [InlineData(false, """ "messages":null,"keep_alive":"0h0m0s" """, true)]
    [InlineData(false, """ "messages":[],"keep_alive":"soon" """, false)]
    public void Without_a_prompt_a_model_is_to_be_loaded_or_let_go_of(bool generate, string fields, bool unload)
    {
        var chat = (generate ? OllamaFront.Generate : OllamaFront.Chat).Read(Bytes($$"""{"model":"m",{{fields}}}"""));

        Assert.Equal((new OllamaLoad(generate, unload), RequestKind.Load), (chat.Load!, chat.Kind));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static JsonObject Json(ChatBody chat) => JsonNode.Parse(chat.Body.Span)!.AsObject();
}
