namespace StreamActors.Server.Tests.Fakes;

/// <summary>Small OpenAI chunk objects.</summary>
public static class Chunks
{
    public const string Role = """{"choices":[{"index":0,"delta":{"role":"assistant","content":""},"finish_reason":null}]}""";
    public const string Finish = """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}""";
    public const string Empty = """{"choices":[{"index":0,"delta":{},"finish_reason":null}]}""";
    public const string Done = "[DONE]";

    public static string Content(string text) =>
        $$"""{"choices":[{"index":0,"delta":{"content":"{{text}}"},"finish_reason":null}]}""";
}
