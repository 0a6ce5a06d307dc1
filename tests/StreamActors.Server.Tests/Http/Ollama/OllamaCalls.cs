using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>Calls in Ollama's protocol, and what holds of all answers in it.</summary>
internal static class OllamaCalls
{
    public const string Chat = """{"model":"m","messages":[{"role":"user","content":"Hi"}]}""";
    public const string Whole = """{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream":false}""";
    public const string Generate = """{"model":"m","prompt":"Hi"}""";

    public static async Task<RawClient> PostAsync(this TestServer server, string path, string body, string? session = null)
    {
        var client = await RawClient.ConnectAsync(server);
        await client.PostAsync(path, body, session is null ? "" : $"X-Session-Id: {session}\r\n");
        return client;
    }

    /// <summary>Sends a prompt and waits until the upstream has it.</summary>
    public static async Task<(RawClient Client, UpstreamCall Call)> AskOllamaAsync(
        this ServerWithUpstream both, string body = Chat, string? session = null, string path = "/api/chat")
    {
        var client = await both.Server.PostAsync(path, body, session);
        return (client, await both.Upstream.NextCallAsync());
    }

    /// <summary>Asks, lets the upstream send these chunks and a proper end, and reads the answer.</summary>
    public static async Task<RawAnswer> StreamAsync(this ServerWithUpstream both, string path, string body, params string[] chunks)
    {
        var (client, call) = await both.AskOllamaAsync(body, path: path);
        using var _ = client;
        await call.BeginEventsAsync();
        await call.WriteAsync(Framing.All["LF"](chunks));
        await call.EndAsync();
        return await client.ReadAnswerAsync();
    }

    /// <summary>Asks for one object and lets the upstream give this one.</summary>
    public static async Task<JsonElement> WholeAsync(this ServerWithUpstream both, string path, string body, string completion)
    {
        var (client, call) = await both.AskOllamaAsync(body, path: path);
        using var _ = client;
        await call.AnswerAsync("200 OK", completion);
        var answer = await client.ReadAnswerAsync();
        Assert.Equal((200, true, "application/json"), (answer.Status, answer.Finished, answer.Header("Content-Type")));
        return JsonDocument.Parse(answer.Body).RootElement;
    }

    /// <summary>The objects of an answer; each must be a whole line.</summary>
    public static IReadOnlyList<JsonElement> Lines(this RawAnswer answer)
    {
        Assert.EndsWith("\n", answer.Text);
        return [.. answer.Text.TrimEnd('\n').Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    /// <summary>The text of all lines, of a chat or a generation.</summary>
    public static string Said(this IEnumerable<JsonElement> lines) => string.Concat(lines.Select(line =>
        line.TryGetProperty("response", out var text) ? text.GetString() : line.GetProperty("message").GetProperty("content").GetString()));

    /// <summary>A finished stream: its last line says done, and no other.</summary>
    public static IReadOnlyList<JsonElement> AssertDone(this RawAnswer answer)
    {
        Assert.Equal((200, true, "application/x-ndjson"), (answer.Status, answer.Finished, answer.Header("Content-Type")));
        var lines = answer.Lines();
        Assert.All(lines.SkipLast(1), line => Assert.False(line.GetProperty("done").GetBoolean()));
        Assert.True(lines[^1].GetProperty("done").GetBoolean());
        return lines;
    }

    /// <summary>A cut stream: its last line is an error, its connection ended early, and nothing says done.</summary>
    public static JsonElement AssertCut(this RawAnswer answer, string code)
    {
        Assert.Equal((200, false), (answer.Status, answer.Finished));
        var lines = answer.Lines();
        Assert.All(lines.SkipLast(1), line => Assert.False(line.GetProperty("done").GetBoolean()));
        Assert.False(lines[^1].TryGetProperty("done", out _));
        Assert.NotEmpty(lines[^1].GetProperty("error").GetString()!);
        Assert.Equal(code, lines[^1].GetProperty("code").GetString());
        Assert.Equal(answer.Header("X-Trace-Id"), lines[^1].GetProperty("trace").GetString());
        Assert.DoesNotContain("\"done\":true", answer.Text);
        return lines[^1];
    }

    /// <summary>A refusal before the first byte, in Ollama's shape.</summary>
    public static JsonElement AssertRefused(this RawAnswer answer, int status, string code)
    {
        Assert.Equal((status, true, "application/json"), (answer.Status, answer.Finished, answer.Header("Content-Type")));
        var body = JsonDocument.Parse(answer.Body).RootElement;
        Assert.NotEmpty(body.GetProperty("error").GetString()!);
        Assert.Equal(code, body.GetProperty("code").GetString());
        Assert.DoesNotContain("   at ", answer.Text);
        return body;
    }
}
