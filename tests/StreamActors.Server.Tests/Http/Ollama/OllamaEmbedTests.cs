using System.Text.Json;
using StreamActors.Server.Tests.Ollama;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>Embeddings as Ollama's clients ask for them and as OpenAI's do, of a server that speaks the one protocol or the other.</summary>
public class OllamaEmbedTests
{
    private const string OpenAi = """{"object":"list","data":[{"object":"embedding","index":1,"embedding":[3,-4.50]},{"object":"embedding","index":0,"embedding":[1e-7,2.0]}],"model":"m","usage":{"prompt_tokens":5,"total_tokens":5}}""";
    private const string Ollama = """{"model":"m","embeddings":[[1e-7,2.0],[3,-4.50]],"total_duration":14143917,"load_duration":1019500,"prompt_eval_count":5}""";
    private const string Vectors = "[[1e-7,2.0],[3,-4.50]]";

    /// <summary>A request and what an OpenAI-compatible server is sent.</summary>
    public static TheoryData<string, string> ToOpenAi => new()
    {
        { """{"model":"m","input":["one","two"]}""", """{"model":"m","input":["one","two"]}""" },
        { """{"model":"m:latest","input":"one"}""", """{"model":"m","input":"one"}""" },
        { """{"model":"m","input":["one"],"truncate":true,"dimensions":2,"options":{"num_ctx":9},"keep_alive":"5m","x":1}""", """{"model":"m","input":["one"],"dimensions":2}""" },
    };

    [Theory]
    [MemberData(nameof(ToOpenAi))]
    public async Task Any_server_with_embeddings_answers_Ollamas_clients(string body, string sent)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskOllamaAsync(body, path: "/api/embed");
        using var _ = client;
        await call.AnswerAsync("200 OK", OpenAi);

        var answer = JsonElement.Parse((await client.ReadAnswerAsync()).Text);

        Assert.StartsWith("POST /v1/embeddings ", call.Head);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(sent), JsonElement.Parse(call.Body)), call.Body);
        Assert.Equal(["model", "embeddings", "total_duration", "load_duration", "prompt_eval_count"], answer.EnumerateObject().Select(p => p.Name));
        Assert.Equal(("m", Vectors, 5), (
            answer.GetProperty("model").GetString(), answer.GetProperty("embeddings").GetRawText(), answer.GetProperty("prompt_eval_count").GetInt32()));
        Assert.True(answer.GetProperty("total_duration").GetInt64() > 0);
        await Eventually.HoldsAsync(() => Assert.Contains(" path=/api/embed ", Assert.Single(both.Server.Log.Of("request_answered"))));
    }

    [Theory]
    [InlineData("""{"data":[{"embedding":"AACAPwAAAMA="}]}""", "[[1,-2]]")]
    [InlineData("""{"data":[]}""", "[]")]
    [InlineData("""{"data":[{"embedding":[1]},{"embedding":[2]}]}""", "[[1],[2]]")]
    public async Task Vectors_are_read_in_base64_and_without_numbers_too(string body, string vectors)
    {
        await using var both = await ServerWithUpstream.StartAsync();

        Assert.Equal(vectors, (await both.WholeAsync("/api/embed", """{"model":"m","input":"x"}""", body)).GetProperty("embeddings").GetRawText());
    }

    [Theory]
    [InlineData("""{"data":[{"embedding":"*"}]}""")]
    [InlineData("""{"data":[{}]}""")]
    [InlineData("""{"data":[7]}""")]
    [InlineData("""{"object":"list"}""")]
    [InlineData("[]")]
    [InlineData("secret")]
    public async Task What_is_no_embedding_is_none(string body)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskOllamaAsync("""{"model":"m","input":"x"}""", path: "/api/embed");
        using var _ = client;
        await call.AnswerAsync("200 OK", body);

        var answer = await client.ReadAnswerAsync();

        Assert.InRange(answer.Status, 400, 599);
        Assert.DoesNotContain("secret", answer.Text);
        Assert.NotEmpty(JsonElement.Parse(answer.Text).GetProperty("error").GetString()!);
    }

    [Fact]
    public async Task The_older_path_gives_one_vector()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskOllamaAsync("""{"model":"m","prompt":"one"}""", path: "/api/embeddings");
        using var _ = client;
        await call.AnswerAsync("200 OK", OpenAi);

        Assert.Equal("""{"embedding":[1e-7,2.0]}""", (await client.ReadAnswerAsync()).Text);
        Assert.Equal("""{"model":"m","input":"one"}""", call.Body);
    }

    [Theory]
    [InlineData("/api/embed", """{"model":"m","input":""}""", """{"model":"m","embeddings":[]}""")]
    [InlineData("/api/embed", """{"model":"m","input":[]}""", """{"model":"m","embeddings":[]}""")]
    [InlineData("/api/embed", """{"model":"m"}""", """{"model":"m","embeddings":[]}""")]
    [InlineData("/api/embeddings", """{"model":"m","prompt":""}""", """{"embedding":[]}""")]
    public async Task Of_nothing_there_is_none_and_no_server_is_asked(string path, string body, string expected)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        using var client = await both.Server.PostAsync(path, body);

        Assert.Equal((200, expected), (await client.ReadAnswerAsync()) is { } answer ? (answer.Status, answer.Text) : default);
        Assert.Equal(0, both.Upstream.Connections);
    }

    [Theory]
    [InlineData("/api/embed", """{"model":"m","input":7}""", 400, "'input' must be a string or an array of strings.")]
    [InlineData("/api/embed", """{"model":"m","input":["a",7]}""", 400, "'input' must be a string or an array of strings.")]
    [InlineData("/api/embeddings", """{"model":"m","prompt":["a"]}""", 400, "'prompt' must be a string.")]
    [InlineData("/api/embed", """{"model":"x","input":"a"}""", 404, "model 'x' not found")]
    [InlineData("/api/embed", """{"model":"demo","input":"a"}""", 404, "The model 'demo' does not offer embeddings here; models of backends of type OpenAiCompatible and Ollama may.")]
    public async Task What_cannot_be_embedded_is_refused_in_Ollamas_shape(string path, string body, int status, string message)
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"));
        using var client = await both.Server.PostAsync(path, body);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((status, message), (answer.Status, JsonElement.Parse(answer.Text).GetProperty("error").GetString()));
    }

    /// <summary>A path, a request, and what an Ollama is sent.</summary>
    public static TheoryData<string, string, string> ToOllama => new()
    {
        { "/api/embed", """{"model":"m","input":["one","two"]}""", """{"model":"m","input":["one","two"],"options":{"num_ctx":512},"keep_alive":"30m"}""" },
        { "/api/embed", """{"model":"m","input":"one","truncate":false,"dimensions":2,"options":{"num_ctx":9},"keep_alive":0}""",
          """{"model":"m","input":"one","truncate":false,"dimensions":2,"options":{"num_ctx":9},"keep_alive":0}""" },
        { "/api/embed", """{"model":"m"}""", """{"model":"m","input":"","options":{"num_ctx":512},"keep_alive":"30m"}""" },
        { "/v1/embeddings", """{"model":"m","input":["one","two"],"encoding_format":"float","user":"u","dimensions":2}""",
          """{"model":"m","input":["one","two"],"dimensions":2,"options":{"num_ctx":512},"keep_alive":"30m"}""" },
    };

    [Theory]
    [MemberData(nameof(ToOllama))]
    public async Task An_Ollama_is_asked_in_its_own_words(string path, string body, string sent)
    {
        await using var both = new ServerWithOllama(("Backends:up:NumCtx", "512"), ("Backends:up:KeepAlive", "30m"));
        await both.InitializeAsync();
        using var client = await both.Server.PostAsync(path, body);
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", Ollama);

        var answer = JsonElement.Parse((await client.ReadAnswerAsync()).Text);

        Assert.StartsWith("POST /api/embed ", call.Head);
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(sent), JsonElement.Parse(call.Body)), call.Body);
        Assert.Equal(
            path == "/api/embed"
                ? Ollama
                : """{"object":"list","data":[{"object":"embedding","index":0,"embedding":[1e-7,2.0]},{"object":"embedding","index":1,"embedding":[3,-4.50]}],"model":"m","usage":{"prompt_tokens":5,"total_tokens":5,"ollama":{"total_duration":14143917,"load_duration":1019500}}}""",
            answer.GetRawText());
    }

    /// <summary>OpenAI's libraries ask for base64 without being told to, and can read nothing else then.</summary>
    [Fact]
    public async Task An_Ollamas_vectors_are_given_in_base64_where_that_is_asked_for()
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();
        using var client = await both.Server.PostAsync("/v1/embeddings", """{"model":"m","input":"one","encoding_format":"base64"}""");
        await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", """{"embeddings":[[1,-2]]}""");

        var answer = JsonElement.Parse((await client.ReadAnswerAsync()).Text);

        Assert.Equal("AACAPwAAAMA=", answer.GetProperty("data")[0].GetProperty("embedding").GetString());
        Assert.Equal(0, answer.GetProperty("usage").GetProperty("prompt_tokens").GetInt32());
    }

    [Theory]
    [InlineData("""{"model":"m","input":[1,2]}""", 400, "input")]
    [InlineData("""{"model":"m","input":[[1,2]]}""", 400, "input")]
    [InlineData("""{"model":"m","input":{}}""", 400, "input")]
    [InlineData("""{"model":"m"}""", 400, "input")]
    public async Task What_an_Ollama_cannot_embed_is_refused_by_its_field(string body, int status, string param)
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();
        using var client = await both.Server.PostAsync("/v1/embeddings", body);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((status, param), (answer.Status, answer.Error.GetProperty("param").GetString()));
        Assert.Empty(both.Upstream.Rest());
    }

    [Theory]
    [InlineData("404 Not Found", """{"error":"model \"m\" not found, try pulling it first"}""", 404, "model \"m\" not found, try pulling it first")]
    [InlineData("400 Bad Request", """{"error":"input length exceeds maximum context length"}""", 400, "input length exceeds maximum context length")]
    [InlineData("200 OK", """{"embeddings":7}""", 0, null)]
    [InlineData("200 OK", "[]", 0, null)]
    [InlineData("200 OK", "", 0, null)]
    public async Task What_an_Ollama_refuses_is_told(string status, string body, int expected, string? message)
    {
        await using var both = new ServerWithOllama();
        await both.InitializeAsync();
        var (client, call) = await both.AskOllamaAsync("""{"model":"m","input":"one"}""", path: "/api/embed");
        using var _ = client;
        await call.AnswerAsync(status, body);

        var answer = await client.ReadAnswerAsync();

        if (message is null)
            Assert.InRange(answer.Status, 400, 599);
        else
            Assert.Equal((expected, message), (answer.Status, JsonElement.Parse(answer.Text).GetProperty("error").GetString()));
    }
}
