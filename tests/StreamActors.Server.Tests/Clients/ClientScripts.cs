using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Clients;

/// <summary>What the model server says to the clients: chunks with all that OpenAI's have.</summary>
internal static class ClientScripts
{
    public const string Text = "Hello there";
    public const long Tokens = 12;
    public static readonly string[] Tools = ["""get_weather({"location":"Bern"})""", """get_weather({"location":"Rome"})"""];

    private const string Usage = """
        "usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21}
        """;

    /// <summary>The whole answer, streamed where it was asked for so, or as is said here.</summary>
    public static async Task AnswerAsync(this UpstreamCall call, bool? stream = null)
    {
        if (!(stream ?? WantsStream(call)))
        {
            await call.AnswerAsync("200 OK", Completion($$"""{"role":"assistant","content":"{{Text}}"}""", "stop"));
            return;
        }

        await call.BeginTextAsync();
        await call.EndTextAsync();
    }

    /// <summary>The first part of the text.</summary>
    public static async Task BeginTextAsync(this UpstreamCall call)
    {
        await call.BeginEventsAsync();
        await call.EventAsync(Chunk("""{"role":"assistant","content":""}"""));
        await call.EventAsync(Chunk("""{"content":"Hello"}"""));
    }

    /// <summary>The rest of it.</summary>
    public static async Task EndTextAsync(this UpstreamCall call)
    {
        await call.EventAsync(Chunk("""{"content":" there"}"""));
        await EndAsync(call, "stop");
    }

    /// <summary>Two tool calls and no text.</summary>
    public static async Task CallToolsAsync(this UpstreamCall call, bool? stream = null)
    {
        if (!(stream ?? WantsStream(call)))
        {
            await call.AnswerAsync("200 OK", Completion(
                """{"role":"assistant","content":null,"tool_calls":[{"id":"call_1","type":"function","function":{"name":"get_weather","arguments":"{\"location\":\"Bern\"}"}},{"id":"call_2","type":"function","function":{"name":"get_weather","arguments":"{\"location\":\"Rome\"}"}}]}""",
                "tool_calls"));
            return;
        }

        await call.BeginEventsAsync();
        await call.EventAsync(Chunk("""{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"get_weather","arguments":""}}]}"""));
        await call.EventAsync(Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"loc"}}]}"""));
        await call.EventAsync(Chunk("""{"tool_calls":[{"index":0,"function":{"arguments":"ation\":\"Bern\"}"}}]}"""));
        await call.EventAsync(Chunk("""{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"get_weather","arguments":"{\"location\":\"Rome\"}"}}]}"""));
        await EndAsync(call, "tool_calls");
    }

    private static bool WantsStream(UpstreamCall call) => call.Body.Contains("\"stream\":true", StringComparison.Ordinal);

    private static async Task EndAsync(UpstreamCall call, string reason)
    {
        await call.EventAsync(Chunk("{}", $"\"{reason}\""));
        await call.EventAsync(Object("chat.completion.chunk", "[]", $",{Usage}"));
        await call.EventAsync(Chunks.Done);
        await call.EndAsync();
    }

    private static string Chunk(string delta, string finish = "null") =>
        Object("chat.completion.chunk", $$"""[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":{{finish}}}]""", "");

    private static string Completion(string message, string finish) =>
        Object("chat.completion", $$"""[{"index":0,"message":{{message}},"logprobs":null,"finish_reason":"{{finish}}"}]""", $",{Usage}");

    private static string Object(string type, string choices, string rest) =>
        $$"""{"id":"chatcmpl-1","object":"{{type}}","created":1741569952,"model":"m","choices":{{choices}}{{rest}}}""";
}
