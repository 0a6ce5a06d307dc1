namespace StreamActors.Server.Tests.Ollama;

/// <summary>Answers in the lines in which Ollama sends them, each list one whole answer.</summary>
public static class RecordedLines
{
    public const string Done = """{"model":"m","created_at":"2026-01-01T00:00:02.5Z","message":{"role":"assistant","content":""},"done_reason":"stop","done":true,"total_duration":5043500667,"load_duration":15025959,"prompt_eval_count":26,"prompt_eval_duration":325953000,"eval_count":12,"eval_duration":4682000000}""";

    public static readonly IReadOnlyDictionary<string, (string[] Lines, string Text, string Reasoning, string Calls, string Finish)> All =
        new Dictionary<string, (string[], string, string, string, string)>
        {
            ["text"] = ([Content("Hello"), Content(" there"), Content("\\n"), Done], "Hello there\n", "", "", "stop"),
            ["unicode and escapes"] =
                ([Content("Grüße 👩‍👩‍👧 日本語 \\u0041\\ud83d\\ude00 \\/ \\\" \\\\ \\u2028 \\u003cb\\u003e"), Content("data: [DONE]\\n\\n"), Done],
                "Grüße 👩‍👩‍👧 日本語 A😀 / \" \\ \u2028 <b>data: [DONE]\n\n", "", "", "stop"),
            ["thinking"] = ([Thinking("Let me"), Thinking(" see"), Content("4"), Done], "4", "Let me see", "", "stop"),
            ["tool calls"] =
            (
                [
                    """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_a","function":{"index":0,"name":"get_weather","arguments":{"city":"Zürich","days":2}}}]},"done":false}""",
                    """{"model":"m","created_at":"2026-01-01T00:00:00Z","message":{"role":"assistant","content":"","tool_calls":[{"id":"call_b","function":{"name":"now","arguments":{}}}]},"done":false}""",
                    Done,
                ],
                "", "", """0 call_a get_weather {"city":"Zürich","days":2};1 call_b now {}""", "tool_calls"),
            ["cut at its longest"] = ([Content("one"), Done.Replace("\"stop\"", "\"length\"")], "one", "", "", "length"),
            ["nothing to say"] = ([Done], "", "", "", "stop"),
        };

    public static string Content(string json) =>
        $$"""{"model":"m","created_at":"2026-01-01T00:00:00.000000001Z","message":{"role":"assistant","content":"{{json}}"},"done":false}""";

    public static string Thinking(string json) =>
        $$"""{"model":"m","created_at":"2026-01-01T00:00:00.000000001Z","message":{"role":"assistant","content":"","thinking":"{{json}}"},"done":false}""";
}
