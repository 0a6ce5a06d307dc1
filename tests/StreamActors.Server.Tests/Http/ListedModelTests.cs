using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What a model server lists of a model, and what clients of either protocol read of it.</summary>
public class ListedModelTests
{
    private const string Undated = "1970-01-01T00:00:00Z";

    /// <summary>Whose entry it is; the entry; what <c>/v1/models</c> says beside; what <c>/api/show</c> says of context and abilities.</summary>
    public static TheoryData<string, string, string, string, string[]> Entries => new()
    {
        { "OpenAI", """ "object":"model","created":7,"owned_by":"openai" """, """ "created":7 """, "unknown ?", ["completion", "tools"] },
        { "vLLM", """ "created":7,"root":"/srv/m","parent":null,"max_model_len":32768,"permission":[{"id":"p"}] """,
          """ "created":7,"context_length":32768,"max_model_len":32768 """, "unknown 32768", ["completion", "tools"] },
        { "llama-server", """ "created":7,"meta":{"vocab_type":2,"n_ctx_train":131072,"n_embd":4096,"n_params":8030261248,"size":4912898304} """,
          """ "created":7,"context_length":131072,"meta":{"vocab_type":2,"n_ctx_train":131072,"n_embd":4096,"n_params":8030261248,"size":4912898304} """,
          "unknown 131072", ["completion", "tools"] },
        { "LM Studio", """ "type":"vlm","arch":"qwen2_vl","quantization":"Q4_K_M","state":"loaded","max_context_length":131072,"loaded_context_length":4096,"capabilities":["tool_use"] """,
          """ "created":0,"context_length":4096,"type":"vlm","arch":"qwen2_vl","quantization":"Q4_K_M","state":"loaded","max_context_length":131072,"loaded_context_length":4096,"capabilities":["tool_use"] """,
          "qwen2_vl 4096", ["completion", "tools", "vision"] },
        { "LM Studio's embeddings", """ "type":"embeddings","arch":"nomic-bert","max_context_length":2048 """,
          """ "created":0,"context_length":2048,"type":"embeddings","arch":"nomic-bert","max_context_length":2048 """, "nomic-bert 2048", ["embedding"] },
        { "OpenRouter", """ "created":7,"name":"A: M","context_length":200000,"architecture":{"input_modalities":["text","image"]},"supported_parameters":["reasoning","tools"],"top_provider":{"context_length":200000} """,
          """ "created":7,"context_length":200000,"name":"A: M","architecture":{"input_modalities":["text","image"]},"supported_parameters":["reasoning","tools"],"top_provider":{"context_length":200000} """,
          "unknown 200000", ["completion", "tools", "vision", "thinking"] },
        { "OpenRouter, no tools", """ "context_length":9,"supported_parameters":["stop"] """, """ "created":0,"context_length":9,"supported_parameters":["stop"] """, "unknown 9", ["completion"] },
        { "Mistral", """ "max_context_length":32768,"capabilities":{"completion_chat":true,"function_calling":false,"vision":true} """,
          """ "created":0,"context_length":32768,"max_context_length":32768,"capabilities":{"completion_chat":true,"function_calling":false,"vision":true} """,
          "unknown 32768", ["completion", "vision"] },
        { "Groq", """ "created":7,"active":true,"context_window":131072,"public_apps":null """, """ "created":7,"context_length":131072,"active":true,"context_window":131072 """, "unknown 131072", ["completion", "tools"] },
    };

    [Theory]
    [MemberData(nameof(Entries))]
    public async Task What_a_server_lists_of_a_model_is_told_to_OpenAIs_clients_and_to_Ollamas(
        string whose, string entry, string expected, string context, string[] abilities)
    {
        Assert.NotEmpty(whose);
        await using var both = new AskedForModels();
        await both.InitializeAsync();
        var asking = both.Server.CallAsync(HttpMethod.Get, "/v1/models");
        await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", $$"""{"object":"list","data":[{"id":"m",{{entry}}}]}""");

        var model = Assert.Single((await asking).Body.GetProperty("data").EnumerateArray());
        AssertSame($$"""{"id":"m","object":"model","owned_by":"up",{{expected}}}""", model);
        AssertSame(model.GetRawText(), (await both.Server.CallAsync(HttpMethod.Get, "/v1/models/m")).Body);
        var shown = await ShowAsync(both.Server);
        var info = shown.GetProperty("model_info");
        var architecture = info.GetProperty("general.architecture").GetString();
        Assert.Equal(context, $"{architecture} {(info.TryGetProperty($"{architecture}.context_length", out var length) ? length : "?")}");
        Assert.Equal("m", info.GetProperty("general.basename").GetString());
        Assert.Equal(abilities, Texts(shown.GetProperty("capabilities")));
        var tag = Assert.Single((await both.Server.CallAsync(HttpMethod.Get, "/api/tags")).Body.GetProperty("models").EnumerateArray());
        Assert.Equal(("m", "m", 64), (tag.GetProperty("name").GetString(), tag.GetProperty("model").GetString(), tag.GetProperty("digest").GetString()!.Length));
        Assert.Equal(JsonValueKind.Number, tag.GetProperty("size").ValueKind);
        Assert.Equal(entry.Contains("\"created\":7", StringComparison.Ordinal) ? "1970-01-01T00:00:07Z" : Undated, tag.GetProperty("modified_at").GetString());
        Assert.Equal(
            ["parent_model", "format", "family", "families", "parameter_size", "quantization_level"],
            tag.GetProperty("details").EnumerateObject().Select(p => p.Name));
    }

    [Fact]
    public async Task An_Ollamas_tags_are_passed_on_with_sizes_digests_and_dates()
    {
        await using var both = new AskedForModels("Ollama", ("Backends:up:NumCtx", "8192"));
        await both.InitializeAsync();
        const string details = """{"parent_model":"","format":"gguf","family":"llama","families":["llama"],"parameter_size":"8.0B","quantization_level":"Q4_0"}""";
        var asking = both.Server.CallAsync(HttpMethod.Get, "/api/tags");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync(
            "200 OK",
            $$"""{"models":[{"name":"m:latest","model":"m:latest","modified_at":"2025-06-01T10:00:00.5+02:00","size":4661224676,"digest":"365c0bd3c000","details":{{details}}}]}""");

        var tag = Assert.Single((await asking).Body.GetProperty("models").EnumerateArray());

        Assert.StartsWith("GET /api/tags ", call.Head);
        AssertSame(
            $$"""{"name":"m:latest","model":"m:latest","modified_at":"2025-06-01T10:00:00.5+02:00","size":4661224676,"digest":"365c0bd3c000","details":{{details}},"capabilities":["completion","tools"]}""", tag);
        var model = Assert.Single((await both.Server.CallAsync(HttpMethod.Get, "/v1/models")).Body.GetProperty("data").EnumerateArray());
        Assert.Equal(("m:latest", 1748764800, 8192), (
            model.GetProperty("id").GetString(), model.GetProperty("created").GetInt32(), model.GetProperty("context_length").GetInt32()));
    }

    [Fact]
    public async Task A_configured_model_has_what_the_list_says_of_it_and_is_there_without_a_list()
    {
        await using var both = await ServerWithUpstream.StartAsync(Patient, ("Backends:up:Models:1", "other"));
        both.Upstream.HasNoList = false;
        var asking = both.Server.CallAsync(HttpMethod.Get, "/v1/models");
        await (await both.Upstream.NextCallAsync()).AnswerAsync("200 OK", """{"data":[{"id":"m","max_model_len":9},{"id":"third"}]}""");

        var models = (await asking).Body.GetProperty("data").EnumerateArray().ToList();

        Assert.Equal(["m", "other"], models.Select(m => m.GetProperty("id").GetString()));
        Assert.Equal(9, models[0].GetProperty("context_length").GetInt32());
        Assert.False(models[1].TryGetProperty("context_length", out _));
    }

    private static async Task<JsonElement> ShowAsync(TestServer server)
    {
        using var answer = await server.Http.PostAsync("/api/show", new StringContent("""{"model":"m"}"""));
        return JsonElement.Parse(await answer.Content.ReadAsStringAsync());
    }

    private static string?[] Texts(JsonElement list) => [.. list.EnumerateArray().Select(t => t.GetString())];

    private static void AssertSame(string expected, JsonElement actual) =>
        Assert.True(JsonElement.DeepEquals(JsonElement.Parse(expected), actual), actual.GetRawText());

    /// <summary>A server whose backend is asked for its models.</summary>
    /// <summary>On a clock that stands still a list waits for its backend however slow the machine is.</summary>
    private static void Patient(IServiceCollection services) => services.AddSingleton<TimeProvider>(new FakeTimeProvider());

    private sealed class AskedForModels(string type = "OpenAiCompatible", params (string, string)[] settings) : ServerWithUpstream(settings, Patient)
    {
        protected override (string Key, string Value)[] Served => [];

        protected override (string Key, string Value)[] Backend => [("Backends:up:Type", type), ("Backends:up:Url", type == "Ollama" ? Upstream.Address : Upstream.Url)];
    }
}
