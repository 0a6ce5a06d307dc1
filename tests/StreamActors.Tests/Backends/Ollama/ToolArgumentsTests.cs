using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamActors.Backends;
using StreamActors.Backends.Ollama;
using StreamActors.Protocol;

namespace StreamActors.Tests.Backends.Ollama;

/// <summary>What stands as a tool call's arguments in the histories that clients send, and what an Ollama gets, which takes nothing but an object.</summary>
public class ToolArgumentsTests
{
    /// <summary>The call but for its id, and the arguments that are sent on.</summary>
    public static TheoryData<string, string> Shapes => new()
    {
        { Arguments("{\"a\":1}"), """{"a":1}""" },
        { Arguments(" {\"city\":\"Zürich\",\"n\":1.0}\n"), """{"city":"Zürich","n":1.0}""" },
        { """ "function":{"name":"f","arguments":{"a":[1]}} """, """{"a":[1]}""" },
        { Arguments(""), "{}" },
        { Arguments(" \n"), "{}" },
        { """ "function":{"name":"f"} """, "{}" },
        { """ "function":{"name":"f","arguments":null} """, "{}" },
        { Arguments("null"), "{}" },
        { Arguments("[]"), "{}" },
        { """ "function":{"name":"f","arguments":[]} """, "{}" },
        { Arguments("{\"a\":1,}"), """{"a":1}""" },
        { Arguments("{\"a\":1/* one */}"), """{"a":1}""" },
        { Arguments("\"{\\\"a\\\":1}\""), """{"a":1}""" },
        { Arguments("\ufeff{\"a\":1}"), """{"a":1}""" },
        { Arguments("{\"path\": \"a"), """{"arguments":"{\"path\": \"a"}""" },
        { Arguments("{\"a\":1}{\"a\":1}"), """{"arguments":"{\"a\":1}{\"a\":1}"}""" },
        { Arguments("[1]"), """{"arguments":"[1]"}""" },
        { """ "function":{"name":"f","arguments":[1]} """, """{"arguments":"[1]"}""" },
        { """ "function":{"name":"f","arguments":7} """, """{"arguments":"7"}""" },
        { """ "function":{"name":"f","arguments":true} """, """{"arguments":"true"}""" },
        { Arguments("\"just words\""), """{"arguments":"\"just words\""}""" },
        { Arguments("ls -l"), """{"arguments":"ls -l"}""" },
        { Arguments("```json\n{\"a\":1}\n```"), """{"arguments":"```json\n{\"a\":1}\n```"}""" },
        { Arguments("{'a':1}"), """{"arguments":"{'a':1}"}""" },
        { Arguments("{\"a\":\"\\ud800\"}"), """{"a":"\ud800"}""" },
        { Arguments("\"\\ud800\""), """{"arguments":"\"\\ud800\""}""" },
        { Arguments("{\"a\":\"\\ud800\",}"), """{"arguments":"{\"a\":\"\\ud800\",}"}""" },
        { Arguments(Nested(300)), Nested(300) },
        { """ "function":{"name":null,"arguments":"{}"} """, "{}" },
        { """ "type":"custom","custom":{"name":"f","input":"ls -l"} """, """{"arguments":"ls -l"}""" },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void An_Ollama_gets_an_object_whatever_stands_in_the_history(string call, string expected)
    {
        var sent = Write($$"""{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[{"id":"c",{{call}}}]},{"role":"tool","tool_call_id":"c","content":"bad"}]}""");

        var function = sent.GetProperty("messages")[0].GetProperty("tool_calls")[0].GetProperty("function");
        var arguments = function.GetProperty("arguments").GetRawText();
        Assert.True(
            expected.Contains("\\ud800", StringComparison.Ordinal) || expected.Length > 500
                ? expected == arguments : JsonNode.DeepEquals(JsonNode.Parse(expected), JsonNode.Parse(arguments)),
            arguments);
        Assert.Equal(function.GetProperty("name").GetString(), sent.GetProperty("messages")[1].GetProperty("tool_name").GetString());
    }

    /// <summary>A message's content, and the text, images and thoughts that are sent on.</summary>
    public static TheoryData<string, string> Contents => new()
    {
        { "null", """ "content":"" """ },
        { "[]", """ "content":"" """ },
        { """[{"type":"text","text":""}]""", """ "content":"" """ },
        { """[{"type":"text","text":null},{"type":"text","text":"x"}]""", """ "content":"x" """ },
        { """["a","b"]""", """ "content":"a\nb" """ },
        { """[{"text":"a"}]""", """ "content":"a" """ },
        { """[{"type":"text","text":"x","cache_control":{"type":"ephemeral"}}]""", """ "content":"x" """ },
        { """[{"type":"input_text","text":"a"},{"type":"output_text","text":"b"}]""", """ "content":"a\nb" """ },
        { """[{"type":"thinking","thinking":"hm","signature":"s"},{"type":"text","text":"x"}]""", """ "content":"x","thinking":"hm" """ },
        { """[{"type":"reasoning","text":"hm"},{"type":"redacted_thinking","data":"AAAA"},{"type":"text","text":"x"}]""", """ "content":"x","thinking":"hm" """ },
        { """[{"type":"image_url","image_url":"data:image/png;base64,AAAA"}]""", """ "content":"","images":["AAAA"] """ },
        { """[{"type":"image_url","image_url":{"url":"data:image/png;base64,AAAA\nAAAA \r\n"}}]""", """ "content":"","images":["AAAAAAAA"] """ },
        { """[{"type":"input_image","image_url":"data:image/png;base64,AAAA"}]""", """ "content":"","images":["AAAA"] """ },
        { """[{"type":"image","source":{"type":"base64","media_type":"image/png","data":"AAAA"}}]""", """ "content":"","images":["AAAA"] """ },
    };

    [Theory]
    [MemberData(nameof(Contents))]
    public void A_message_is_taken_in_every_form_that_says_what_Ollama_can_read(string content, string expected)
    {
        var message = Write($$"""{"model":"m","messages":[{"role":"user","content":{{content}}}]}""").GetProperty("messages")[0];

        Assert.True(JsonNode.DeepEquals(JsonNode.Parse($$"""{"role":"user",{{expected}}}"""), JsonNode.Parse(message.GetRawText())), message.GetRawText());
    }

    private static string Arguments(string text) => $$""" "type":"function","function":{"name":"f","arguments":{{JsonSerializer.Serialize(text)}}} """;

    private static string Nested(int depth) => string.Concat(Enumerable.Repeat("{\"a\":", depth)) + "1" + new string('}', depth);

    private static JsonElement Write(string body)
    {
        var sent = OllamaRequest.Write(new ChatRequest("up", "m", Encoding.UTF8.GetBytes(body), Stream: true), new BackendOptions());
        return JsonDocument.Parse(sent.Json, new JsonDocumentOptions { MaxDepth = 512 }).RootElement;
    }
}
