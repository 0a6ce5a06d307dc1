using System.Text;
using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamActors.Backends;
using StreamActors.Backends.ChatClient;
using StreamActors.Protocol;

namespace StreamActors.Tests.Backends;

/// <summary>OpenAI's request as a chat client gets it.</summary>
public class ChatClientRequestTests
{
    [Fact]
    public void Messages_keep_their_roles_names_and_text()
    {
        var messages = Messages("""
            {"role":"system","content":"Be short."},{"role":"developer","content":"Be kind."},
            {"role":"user","content":"Hi","name":"ann","x":1},{"role":"assistant","content":"Hello","reasoning_content":"a greeting"},{"role":"critic","content":"Hm"}
            """);

        Assert.Equal([ChatRole.System, ChatRole.System, ChatRole.User, ChatRole.Assistant, new ChatRole("critic")], messages.Select(m => m.Role));
        Assert.Equal(["Be short.", "Be kind.", "Hi", "Hello", "Hm"], messages.Select(m => m.Text));
        Assert.Equal(("ann", 1L), (messages[2].AuthorName, messages[2].AdditionalProperties!["x"]));
        Assert.Equal("a greeting", Assert.IsType<TextReasoningContent>(messages[3].Contents[0]).Text);
    }

    [Fact]
    public void Images_come_by_data_or_by_address_and_sound_and_files_too()
    {
        var contents = Assert.Single(Messages("""
            {"role":"user","content":[{"type":"text","text":"What is this?"},
            {"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}},
            {"type":"image_url","image_url":{"url":"https://example.com/a.png"}},
            {"type":"input_audio","input_audio":{"data":"AQID","format":"mp3"}},
            {"type":"file","file":{"file_data":"data:application/pdf;base64,AQID","filename":"a.pdf"}},
            {"type":"file","file":{"file_id":"file-1"}}]}
            """)).Contents;

        Assert.Equal("What is this?", Assert.IsType<TextContent>(contents[0]).Text);
        var image = Assert.IsType<DataContent>(contents[1]);
        Assert.Equal(("image/png", "low"), (image.MediaType, image.AdditionalProperties!["detail"]));
        Assert.Equal([1, 2, 3], image.Data.ToArray());
        Assert.Equal(new Uri("https://example.com/a.png"), Assert.IsType<UriContent>(contents[2]).Uri);
        Assert.Equal("audio/mpeg", Assert.IsType<DataContent>(contents[3]).MediaType);
        Assert.Equal(("application/pdf", "a.pdf"), (((DataContent)contents[4]).MediaType, ((DataContent)contents[4]).Name));
        Assert.Equal("file-1", Assert.IsType<HostedFileContent>(contents[5]).FileId);
    }

    [Fact]
    public void Calls_of_tools_and_their_results_come_along()
    {
        var messages = Messages("""
            {"role":"assistant","content":null,"tool_calls":[{"id":"c1","type":"function","function":{"name":"weather","arguments":"{\"city\":\"Bern\",\"days\":2}"}},
            {"id":"c2","type":"function","function":{"name":"now","arguments":""}}]},
            {"role":"tool","tool_call_id":"c1","content":"sunny"},{"role":"tool","tool_call_id":"c2","content":[{"type":"text","text":"no"},{"type":"text","text":"on"}]}
            """);

        var calls = messages[0].Contents.Cast<FunctionCallContent>().ToList();
        Assert.Equal([("c1", "weather"), ("c2", "now")], calls.Select(c => (c.CallId, c.Name)));
        Assert.Equal(("Bern", 2), (((JsonElement)calls[0].Arguments!["city"]!).GetString(), ((JsonElement)calls[0].Arguments!["days"]!).GetInt32()));
        Assert.Equal([ChatRole.Tool, ChatRole.Tool], messages.Skip(1).Select(m => m.Role));
        Assert.Equal([("c1", "sunny"), ("c2", "noon")], messages.Skip(1).Select(m => (FunctionResultContent)m.Contents[0]).Select(r => (r.CallId, (string)r.Result!)));
    }

    [Fact]
    public void Options_have_their_places_and_what_has_none_is_kept_beside()
    {
        var options = Read("""
            "temperature":0.5,"top_p":0.9,"top_k":40,"max_tokens":9,"max_completion_tokens":7,"stop":["a","b"],"seed":42,"frequency_penalty":0.1,
            "presence_penalty":-0.1,"parallel_tool_calls":false,"reasoning_effort":"low","user":"u","logit_bias":{"1":2},"big":1e400,"stream_options":{"include_usage":true}
            """, out var usage);

        Assert.Equal((0.5f, 0.9f, 40, 7), (options.Temperature, options.TopP, options.TopK, options.MaxOutputTokens));
        Assert.Equal((42L, 0.1f, -0.1f, false), (options.Seed, options.FrequencyPenalty, options.PresencePenalty, options.AllowMultipleToolCalls));
        Assert.Equal(["a", "b"], options.StopSequences!);
        Assert.Equal(["big", "logit_bias", "reasoning_effort", "user"], options.AdditionalProperties!.Keys.Order());
        Assert.Equal("low", options.AdditionalProperties["reasoning_effort"]);
        Assert.Equal("1e400", options.AdditionalProperties["big"]!.ToString());
        Assert.True(usage);
    }

    [Fact]
    public void An_empty_request_sets_no_option()
    {
        var options = Read("\"temperature\":null", out var usage);

        Assert.Equal((null, null, null, null, null), (options.Temperature, options.MaxOutputTokens, options.Tools, options.ToolMode, options.ResponseFormat));
        Assert.Null(options.AdditionalProperties);
        Assert.False(usage);
    }

    [Fact]
    public void Tools_are_declared_and_cannot_be_run_here()
    {
        var options = Read("""
            "tools":[{"type":"function","function":{"name":"weather","description":"of a city","strict":true,"parameters":{"type":"object","properties":{"city":{"type":"string"}}}}},
            {"type":"function","function":{"name":"now"}}],"tool_choice":{"type":"function","function":{"name":"now"}}
            """, out _);

        var weather = Assert.IsAssignableFrom<AIFunctionDeclaration>(options.Tools![0]);
        Assert.Equal(("weather", "of a city", true), (weather.Name, weather.Description, weather.AdditionalProperties["strict"]));
        Assert.Equal("string", weather.JsonSchema.GetProperty("properties").GetProperty("city").GetProperty("type").GetString());
        Assert.Equal("now", options.Tools[1].Name);
        Assert.All(options.Tools, tool => Assert.IsNotType<AIFunction>(tool, exactMatch: false));
        Assert.Equal("now", Assert.IsType<RequiredChatToolMode>(options.ToolMode).RequiredFunctionName);
    }

    [Fact]
    public void A_format_of_the_answer_is_asked_for()
    {
        Assert.IsType<ChatResponseFormatText>(Read("""  "response_format":{"type":"text"} """, out _).ResponseFormat);
        Assert.Null(Assert.IsType<ChatResponseFormatJson>(Read("""  "response_format":{"type":"json_object"} """, out _).ResponseFormat).Schema);
        var json = Assert.IsType<ChatResponseFormatJson>(
            Read("""  "response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{"type":"object"}}} """, out _).ResponseFormat);
        Assert.Equal(("n", "object"), (json.SchemaName, json.Schema!.Value.GetProperty("type").GetString()));
    }

    [Theory]
    [InlineData("\"temperature\":\"hot\"", "'temperature'")]
    [InlineData("\"temperature\":1e400", "'temperature'")]
    [InlineData("\"max_tokens\":0", "'max_tokens'")]
    [InlineData("\"max_tokens\":1.5", "'max_tokens'")]
    [InlineData("\"stop\":[1]", "'stop'")]
    [InlineData("\"seed\":\"x\"", "'seed'")]
    [InlineData("\"tools\":{}", "'tools'")]
    [InlineData("\"tools\":[{\"type\":\"custom\"}]", "'tools[0]'")]
    [InlineData("\"tools\":[7]", "'tools[0]'")]
    [InlineData("\"tool_choice\":\"maybe\"", "'tool_choice'")]
    [InlineData("\"response_format\":\"json\"", "'response_format'")]
    [InlineData("\"response_format\":{\"type\":\"xml\"}", "'response_format.type'")]
    public void A_field_that_is_wrong_is_named(string field, string named) => AssertFault(Body("", field), named);

    [Theory]
    [InlineData("""{"role":"tool","content":"x"}""", "'messages[0].tool_call_id'")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"a"}]}""", "'messages[0].tool_calls[0]'")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"x"}}]}""", "'messages[0].tool_calls[0].function.arguments'")]
    [InlineData("""{"role":"assistant","tool_calls":[{"id":"a","function":{"name":"f","arguments":"{\"\\ud800\":1}"}}]}""", "'messages[0].tool_calls[0].function.arguments'")]
    [InlineData("""{"role":"user","content":[{"type":"hologram"}]}""", "'messages[0].content[0].type'")]
    [InlineData("""{"role":"user","content":[null]}""", "'messages[0].content[0]'")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"not an address"}}]}""", "'messages[0].content[0]'")]
    [InlineData("""{"role":"user","content":[{"type":"image_url","image_url":{"url":"data:nonsense"}}]}""", "'messages[0].content[0]'")]
    [InlineData("""{"role":"user","content":[{"type":"input_audio","input_audio":{"data":"?","format":"wav"}}]}""", "'messages[0].content[0]'")]
    public void A_message_that_is_wrong_is_named(string message, string named) => AssertFault(Body(message, ""), named);

    [Fact]
    public void More_than_one_answer_is_refused()
    {
        var failure = Assert.Throws<BackendException>(() => ClientRequest.Read(new ChatRequest("b", "m", Body("", ""), true, Choices: 2)));

        Assert.Equal(400, failure.Fault!.Status);
    }

    private static void AssertFault(byte[] body, string named)
    {
        var failure = Assert.Throws<BackendException>(() => ClientRequest.Read(new ChatRequest("b", "m", body, true)));

        Assert.Equal((EndReason.BackendError, 400), (failure.Reason, failure.Fault!.Status));
        Assert.Contains(named, failure.Fault.Message);
    }

    private static IReadOnlyList<ChatMessage> Messages(string messages) =>
        ClientRequest.Read(new ChatRequest("b", "m", Body(messages, ""), true)).Messages;

    private static ChatOptions Read(string fields, out bool usage)
    {
        var request = ClientRequest.Read(new ChatRequest("b", "m", Body("", fields), true));
        usage = request.IncludeUsage;
        return request.Options;
    }

    private static byte[] Body(string messages, string fields) => Encoding.UTF8.GetBytes(
        $$"""{"model":"m","stream":true,"messages":[{{(messages.Length > 0 ? messages : """{"role":"user","content":"Hi"}""")}}]{{(fields.Length > 0 ? $",{fields}" : "")}}}""");
}
