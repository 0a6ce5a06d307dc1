using System.Text;
using System.Text.Json.Nodes;
using StreamActors.Backends;
using StreamActors.Backends.Ollama;
using StreamActors.Protocol;

namespace StreamActors.Tests.Backends.Ollama;

public class OllamaRequestTests
{
    private const string Messages = """[{"role":"user","content":"Hi"}]""";

    /// <summary>Fields of OpenAI's request, and what becomes of them.</summary>
    public static TheoryData<string, string> Fields => new()
    {
        { "", """ "options":{} """ },
        {
            """ "temperature":0.20,"top_p":1e-1,"seed":7,"max_tokens":5,"presence_penalty":1,"frequency_penalty":-2.0,"stop":["a","b"] """,
            """ "options":{"temperature":0.20,"top_p":1e-1,"seed":7,"num_predict":5,"presence_penalty":1,"frequency_penalty":-2.0,"stop":["a","b"]} """
        },
        { """ "stop":"a\"ü" """, """ "options":{"stop":["a\"ü"]} """ },
        { """ "max_tokens":5,"max_completion_tokens":6 """, """ "options":{"num_predict":6} """ },
        { """ "max_tokens":5,"max_completion_tokens":null,"temperature":null,"stop":null """, """ "options":{"num_predict":5} """ },
        { """ "top_k":3,"min_p":0.1,"repeat_penalty":1.1,"num_ctx":99 """, """ "options":{"top_k":3,"min_p":0.1,"repeat_penalty":1.1,"num_ctx":99} """ },
        {
            """ "temperature":1,"max_tokens":5,"options":{"num_predict":9,"mirostat":2,"num_ctx":8192} """,
            """ "options":{"num_predict":9,"mirostat":2,"num_ctx":8192,"temperature":1} """
        },
        { """ "keep_alive":"1h","think":"high" """, """ "options":{},"keep_alive":"1h","think":"high" """ },
        { """ "reasoning_effort":"low" """, """ "options":{},"think":"low" """ },
        { """ "reasoning_effort":"none" """, """ "options":{},"think":false """ },
        { """ "reasoning_effort":"minimal" """, """ "options":{},"think":"low" """ },
        { """ "reasoning_effort":"low","think":true """, """ "options":{},"think":true """ },
        { """ "response_format":{"type":"text"} """, """ "options":{} """ },
        { """ "response_format":{"type":"json_object"} """, """ "options":{},"format":"json" """ },
        {
            """ "response_format":{"type":"json_schema","json_schema":{"name":"x","strict":true,"schema":{"type":"object","properties":{"a":{}}}}} """,
            """ "options":{},"format":{"type":"object","properties":{"a":{}}} """
        },
        { """ "response_format":{"type":"json_object"},"format":{"type":"array"} """, """ "options":{},"format":{"type":"array"} """ },
        {
            """ "tools":[{"type":"function","function":{"name":"f","parameters":{}}}],"tool_choice":"auto" """,
            """ "options":{},"tools":[{"type":"function","function":{"name":"f","parameters":{}}}] """
        },
        { """ "tools":[{"type":"function","function":{"name":"f"}}],"tool_choice":"none" """, """ "options":{} """ },
        { """ "n":1,"stream_options":{"include_usage":true},"logprobs":true,"x_new":{"a":[1e400]} """, """ "options":{},"logprobs":true,"x_new":{"a":[1e400]} """ },
    };

    [Theory]
    [MemberData(nameof(Fields))]
    public void Fields_are_translated_or_pass_and_the_callers_own_win(string given, string expected) => AssertSame(
        $$"""{"model":"m","stream":true,"messages":{{Messages}},{{expected}}}""",
        Write(Body(given)));

    /// <summary>Messages as OpenAI's clients write them, and as Ollama takes them.</summary>
    public static TheoryData<string, string> Conversations => new()
    {
        {
            """[{"role":"developer","content":"Be brief"},{"role":"system","content":"x"}]""",
            """[{"role":"system","content":"Be brief"},{"role":"system","content":"x"}]"""
        },
        {
            """[{"role":"user","content":[{"type":"text","text":"What is"},{"type":"text","text":"this?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,iVBORw0KGgo=","detail":"low"}},{"type":"image_url","image_url":"DATA:image/jpeg;BASE64,AAAA"}]}]""",
            """[{"role":"user","content":"What is\nthis?","images":["iVBORw0KGgo=","AAAA"]}]"""
        },
        { """[{"role":"user","content":"x","images":["AAAA"]}]""", """[{"role":"user","content":"x","images":["AAAA"]}]""" },
        {
            """
            [{"role":"assistant","content":null,"reasoning_content":"hm","tool_calls":[
              {"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Zürich\",\"n\":1.0}"}},
              {"id":"c2","type":"function","function":{"name":"now","arguments":""}}]},
             {"role":"tool","tool_call_id":"c2","content":"12:00"},
             {"role":"tool","tool_call_id":"c1","content":[{"type":"text","text":"sun"}]},
             {"role":"tool","tool_call_id":"c9","name":"other","content":"x"}]
            """,
            """
            [{"role":"assistant","content":"","thinking":"hm","tool_calls":[
              {"id":"c1","function":{"name":"weather","arguments":{"city":"Zürich","n":1.0}}},
              {"id":"c2","function":{"name":"now","arguments":{}}}]},
             {"role":"tool","content":"12:00","tool_name":"now","tool_call_id":"c2"},
             {"role":"tool","content":"sun","tool_name":"weather","tool_call_id":"c1"},
             {"role":"tool","content":"x","tool_name":"other","tool_call_id":"c9","name":"other"}]
            """
        },
        {
            """[{"role":"assistant","content":[{"type":"refusal","refusal":"No"}],"audio":null},{"role":"user","content":"\u0041 👍 <b>","x_new":1}]""",
            """[{"role":"assistant","content":"No"},{"role":"user","content":"A 👍 <b>","x_new":1}]"""
        },
    };

    [Theory]
    [MemberData(nameof(Conversations))]
    public void Messages_are_translated(string given, string expected) => AssertSame(
        $$"""{"model":"m","stream":true,"options":{},"messages":{{expected}}}""", Write($$"""{"model":"m","messages":{{given}}}"""));

    [Theory]
    [InlineData(""" "options":1 """, "'options'")]
    [InlineData(""" "response_format":{"type":"grammar"} """, "'response_format'")]
    [InlineData(""" "response_format":{"type":"json_schema"} """, "'response_format'")]
    [InlineData(""" "response_format":"json" """, "'response_format'")]
    public void What_Ollama_cannot_do_is_refused_by_the_fields_name(string fields, string named) =>
        AssertRefused(named, $$"""{"model":"m","messages":{{Messages}},{{fields}}}""");

    [Theory]
    [InlineData("""[{"type":"image_url","image_url":{"url":"https://example.com/a.png"}}]""", "'messages[0].content[0].image_url'")]
    [InlineData("""[{"type":"image_url","image_url":{"url":"data:image/png,abc"}}]""", "'messages[0].content[0].image_url'")]
    [InlineData("""[{"type":"text","text":"a"},{"type":"image_url","image_url":{"url":"data:image/png;base64,a*c"}}]""", "'messages[0].content[1].image_url'")]
    [InlineData("""[{"type":"image_url"}]""", "'messages[0].content[0].image_url'")]
    [InlineData("""[{"type":"input_audio","input_audio":{}}]""", "'messages[0].content[0]'")]
    [InlineData("[7]", "'messages[0].content[0]'")]
    public void A_part_that_Ollama_cannot_take_is_refused_by_its_place(string content, string named) =>
        AssertRefused(named, $$"""{"model":"m","messages":[{"role":"user","content":{{content}}}]}""");

    [Theory]
    [InlineData("""{"id":"c"}""")]
    [InlineData("""{"id":"c","function":"f"}""")]
    [InlineData("7")]
    public void A_call_that_is_none_is_refused_by_its_place(string call) => AssertRefused(
        "'messages[0].tool_calls[0].function'", $$$"""{"model":"m","messages":[{"role":"assistant","tool_calls":[{{{call}}}]}]}""");

    [Fact]
    public void More_than_one_choice_is_refused()
    {
        var request = Request($$"""{"model":"m","n":2,"messages":{{Messages}}}""") with { Choices = 2 };

        Assert.Equal(400, Assert.Throws<BackendException>(() => OllamaRequest.Write(request, new BackendOptions())).Fault?.Status);
    }

    [Theory]
    [InlineData("", """ "options":{"num_ctx":16384},"keep_alive":-1,"think":false """)]
    [InlineData(""" "options":{"num_ctx":1},"keep_alive":"5m","think":true """, """ "options":{"num_ctx":1},"keep_alive":"5m","think":true """)]
    [InlineData(""" "num_ctx":2,"reasoning_effort":"high" """, """ "options":{"num_ctx":2},"keep_alive":-1,"think":"high" """)]
    public void The_configuration_speaks_where_the_caller_does_not(string given, string expected) => AssertSame(
        $$"""{"model":"m","stream":true,"messages":{{Messages}},{{expected}}}""",
        Write(Body(given), new BackendOptions { NumCtx = 16384, KeepAlive = "-1", Think = "false" }));

    [Fact]
    public void The_model_is_the_one_that_was_resolved_and_the_answer_may_be_whole()
    {
        var request = Request($$"""{"model":"other","messages":{{Messages}},"stream":true}""") with { Stream = false };

        AssertSame($$"""{"model":"m","stream":false,"messages":{{Messages}},"options":{} }""", Text(OllamaRequest.Write(request, new BackendOptions())));
    }

    [Theory]
    [InlineData(""" "stream_options":{"include_usage":true} """, true)]
    [InlineData(""" "stream_options":{"include_usage":false} """, false)]
    [InlineData(""" "stream_options":null """, false)]
    [InlineData(""" "stream_options":1 """, false)]
    public void Usage_is_reported_where_it_is_asked_for(string field, bool expected) => Assert.Equal(
        expected, OllamaRequest.Write(Request($$"""{"model":"m","messages":{{Messages}},{{field}}}"""), new BackendOptions()).IncludeUsage);

    private static void AssertRefused(string named, string body)
    {
        var failure = Assert.Throws<BackendException>(() => Write(body));

        Assert.Equal((EndReason.BackendError, 400), (failure.Reason, failure.Fault?.Status));
        Assert.StartsWith(named, failure.Fault!.Message);
        Assert.Equal(named.Trim('\''), failure.Fault.Param);
        Assert.Contains(failure.Fault.Code, new[] { "unsupported_value", "invalid_request" });
    }

    private static string Body(string fields) => $$"""{"model":"m","messages":{{Messages}} """ + (fields.Length > 0 ? $",{fields}}}" : "}");

    /// <summary>The same fields, in whatever order; numbers digit by digit.</summary>
    private static void AssertSame(string expected, string actual) => Assert.Equal(Sorted(JsonNode.Parse(expected)), Sorted(JsonNode.Parse(actual)));

    private static string Sorted(JsonNode? node) => node switch
    {
        JsonObject map => "{" + string.Join(',', map.OrderBy(p => p.Key, StringComparer.Ordinal).Select(p => $"{p.Key}:{Sorted(p.Value)}")) + "}",
        JsonArray list => "[" + string.Join(',', list.Select(Sorted)) + "]",
        _ => node?.ToJsonString() ?? "null",
    };

    private static string Write(string body, BackendOptions? defaults = null) => Text(OllamaRequest.Write(Request(body), defaults ?? new BackendOptions()));

    private static string Text(OllamaRequest request) => Encoding.UTF8.GetString(request.Json.Span);

    private static ChatRequest Request(string body) => new("up", "m", Encoding.UTF8.GetBytes(body), Stream: true);
}
