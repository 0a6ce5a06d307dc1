using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends.Upstream;

/// <summary>Lists of models as servers give them.</summary>
public class ModelListReaderTests
{
    /// <summary>Whose it is, the list, and the names in it.</summary>
    public static TheoryData<string, string, string[]> Shapes => new()
    {
        { "OpenAI", """{"object":"list","data":[{"id":"a","object":"model","created":1,"owned_by":"x"},{"id":"b"}]}""", ["a", "b"] },
        { "Together: an array", """[{"id":"a","object":"model"},{"id":"b"}]""", ["a", "b"] },
        { "GitHub: an array with display names", """[{"id":"openai/gpt-4.1","name":"OpenAI GPT-4.1"}]""", ["openai/gpt-4.1"] },
        { "names alone", """["a","b"]""", ["a", "b"] },
        { "names in data", """{"data":["a","b"]}""", ["a", "b"] },
        { "names in models", """{"models":["a"]}""", ["a"] },
        { "Ollama's own", """{"models":[{"name":"a:latest","model":"a:latest","size":1}]}""", ["a:latest"] },
        { "llama-server: both", """{"models":[{"name":"a","model":"a"}],"object":"list","data":[{"id":"a","object":"model"}]}""", ["a"] },
        { "both, of different models", """{"data":[{"id":"a"}],"models":[{"name":"b"}]}""", ["a", "b"] },
        { "Ollama without models, by /v1", """{"object":"list","data":null}""", [] },
        { "models null", """{"models":null}""", [] },
        { "nothing loaded", """{"object":"list","data":[]}""", [] },
        { "no data at all", """{"object":"list"}""", [] },
        { "an entry without an id among others", """{"data":[{"name":"x"},{"id":"a"},{},{"id":null},{"id":""},{"id":" "},null,[],{"id":{}}]}""", ["a"] },
        { "an id that is a number", """{"data":[{"id":1},{"id":"a"}]}""", ["1", "a"] },
        { "wrapped in code and message", """{"code":0,"message":"ok","data":[{"id":"a"}]}""", ["a"] },
        { "in a result", """{"success":true,"result":[{"id":"a"}],"errors":[]}""", ["a"] },
        { "data in data", """{"status":"ok","data":{"object":"list","data":[{"id":"a"}]}}""", ["a"] },
        { "models in data", """{"data":{"models":[{"model_name":"a"}],"total":1}}""", ["a"] },
        { "a result with models", """{"result":{"models":["a"]}}""", ["a"] },
        { "Azure's value", """{"value":[{"id":"a","status":"succeeded"}],"nextLink":null}""", ["a"] },
        { "a map", """{"models":{"a":{"context":1},"b":{}}}""", ["a", "b"] },
        { "Gemini's own", """{"models":[{"name":"models/gemini-x","displayName":"Gemini X","inputTokenLimit":9}]}""", ["models/gemini-x"] },
        { "Gemini by /v1beta/openai", """{"object":"list","data":[{"id":"models/gemini-x","object":"model","owned_by":"google"}]}""", ["models/gemini-x"] },
        { "Cohere", """{"models":[{"name":"command-r","endpoints":["chat"],"context_length":128000}],"next_page_token":""}""", ["command-r"] },
        { "LM Studio's newer", """{"models":[{"type":"llm","publisher":"p","key":"p/a","display_name":"A"}]}""", ["p/a"] },
        { "LiteLLM's /model/info", """{"data":[{"model_name":"a","litellm_params":{"api_key":"secret"}}]}""", ["a"] },
        { "Anthropic", """{"data":[{"type":"model","id":"claude-x","display_name":"Claude X","created_at":"2025-02-19T00:00:00Z"}],"has_more":false}""", ["claude-x"] },
        { "one model alone", """{"id":"a","object":"model"}""", ["a"] },
        { "a byte order mark", "\ufeff{\"data\":[{\"id\":\"a\"}]}", ["a"] },
        { "space around it", "\n\n {\"data\":[{\"id\":\"a\"}]} \n", ["a"] },
        { "a comma too many", """{"data":[{"id":"a"},],}""", ["a"] },
        { "one twice", """{"data":[{"id":"a"},{"id":"b"},{"id":"a"}]}""", ["a", "b"] },
        { "an id that is no text", """{"data":[{"id":"\ud800"},{"id":"a","note":"\ud800"},{"id":"b"}]}""", ["a", "b"] },
        { "an error beside it", """{"error":null,"data":[{"id":"a"}]}""", ["a"] },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_list_is_read_in_every_shape_that_servers_give_it(string whose, string list, string[] names)
    {
        Assert.NotEmpty(whose);
        Assert.Equal(names, ModelListReader.Read(Encoding.UTF8.GetBytes(list)).Select(m => m.Name));
    }

    [Theory]
    [InlineData("")]
    [InlineData("<!doctype html><title>Not found</title>")]
    [InlineData("{}")]
    [InlineData("\"models\"")]
    [InlineData("7")]
    [InlineData("""{"error":{"message":"no"},"data":null}""")]
    [InlineData("""{"detail":"Not Found"}""")]
    [InlineData("""{"code":401,"message":"no"}""")]
    [InlineData("""{"data":"a"}""")]
    [InlineData("""{"data":{"data":{"data":{"data":{"data":[]}}}}}""")]
    [InlineData("""{"data":[{"id":"a"}""")]
    public void What_is_no_list_is_said_to_be_none(string body) =>
        Assert.Throws<BackendException>(() => ModelListReader.Read(Encoding.UTF8.GetBytes(body)));

    /// <summary>An entry, its context's length and its date.</summary>
    public static TheoryData<string, long?, long?> Facts => new()
    {
        { """ "created":1700000000 """, null, 1700000000 },
        { """ "created":1700000000.5 """, null, 1700000000 },
        { """ "created":1700000000000 """, null, 1700000000 },
        { """ "created":"1700000000" """, null, 1700000000 },
        { """ "created_at":"2023-11-14T22:13:20Z" """, null, 1700000000 },
        { """ "created":0,"modified_at":"2023-11-14T23:13:20.123456789+01:00" """, null, 1700000000 },
        { """ "created":"soon" """, null, null },
        { """ "created":-1 """, null, null },
        { """ "created":1e300 """, null, null },
        { """ "max_model_len":32768 """, 32768, null },
        { """ "context_length":"32768" """, 32768, null },
        { """ "context_window":131072,"max_completion_tokens":8192 """, 131072, null },
        { """ "max_context_length":131072,"loaded_context_length":4096 """, 4096, null },
        { """ "meta":{"n_ctx_train":131072,"n_ctx":8192} """, 8192, null },
        { """ "meta":{"n_ctx_train":131072} """, 131072, null },
        { """ "inputTokenLimit":1048576 """, 1048576, null },
        { """ "top_provider":{"context_length":9} """, 9, null },
        { """ "capabilities":{"limits":{"max_context_window_tokens":9}} """, 9, null },
        { """ "context_length":0 """, null, null },
        { """ "context_length":null,"meta":7 """, null, null },
        { """ "context_length":1e300 """, null, null },
    };

    [Theory]
    [MemberData(nameof(Facts))]
    public void The_contexts_length_and_the_date_are_read_under_the_names_that_servers_give_them(string members, long? length, long? created)
    {
        var model = Assert.Single(Read($$"""{"id":"a",{{members}}}"""));

        Assert.Equal((length, created), (model.ContextLength, model.Created));
    }

    /// <summary>Members of an entry, and those that callers are told.</summary>
    public static TheoryData<string, string> Members => new()
    {
        { """ "object":"model","created":1,"owned_by":"vllm","permission":[{"id":"p"}] """, "" },
        { """ "max_model_len":9,"active":true,"name":"A model" """, """{"max_model_len":9,"active":true,"name":"A model"}""" },
        { """ "root":"/srv/models/a","parent":null """, "" },
        { """ "note":"/srv/models/a","other":"C:\\models\\a","third":"http://10.0.0.1/","fourth":"~/a" """, "" },
        { """ "api_base":"x","api_key":"x","model_path":"x","hostname":"x","url":"x","password":"x" """, "" },
        { """ "status":{"value":"loaded","args":["--api-key","secret"]} """, "" },
        { """ "meta":{"n_ctx_train":9,"n_params":8030261248,"path":"/srv","vocab":[1,2]} """, """{"meta":{"n_ctx_train":9,"n_params":8030261248,"vocab":[1,2]}}""" },
        { """ "pricing":{"prompt":"0.1","tiers":{"a":{"b":{"c":1}}}} """, """{"pricing":{"prompt":"0.1","tiers":{"a":{}}}}""" },
        { """ "supported_parameters":["tools","stop",{},null] """, """{"supported_parameters":["tools","stop"]}""" },
        { """ "anything":{"a":1},"more":[1] """, "" },
        { $""" "description":"{new string('x', 300)}","size":7 """, """{"size":7}""" },
        { string.Join(',', Enumerable.Range(0, 100).Select(i => $"\"m{i:00}\":\"{new string('x', 200)}\"")), "bounded" },
    };

    [Theory]
    [MemberData(nameof(Members))]
    public void What_may_be_told_goes_on_and_what_says_where_a_server_is_stays(string members, string expected)
    {
        var told = Assert.Single(Read($$"""{"id":"a",{{members}}}""")).More?.GetRawText() ?? "";

        if (expected == "bounded")
            Assert.InRange(told.Length, 3500, 4096);
        else
            Assert.Equal(expected, told);
    }

    [Fact]
    public void Of_two_lists_each_says_what_the_other_does_not()
    {
        var model = Assert.Single(ModelListReader.Read(Encoding.UTF8.GetBytes(
            """{"models":[{"name":"a","capabilities":["completion"],"details":{"format":"gguf"}}],"object":"list","data":[{"id":"a","created":5,"meta":{"n_ctx_train":9}}]}""")));

        Assert.Equal((9L, 5L), (model.ContextLength, model.Created));
        Assert.Equal("""{"meta":{"n_ctx_train":9},"capabilities":["completion"],"details":{"format":"gguf"}}""", model.More!.Value.GetRawText());
    }

    private static IReadOnlyList<ModelEntry> Read(string entry) => ModelListReader.Read(Encoding.UTF8.GetBytes($$"""{"data":[{{entry}}]}"""));
}
