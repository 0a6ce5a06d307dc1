using System.Text.Json;

namespace StreamActors.Server.Tests.Ollama;

/// <summary>An Ollama, or what speaks as one, that answers in lines where one object was asked for.</summary>
public class OllamaLinesTests(ServerWithOllama both) : IClassFixture<ServerWithOllama>
{
    public static TheoryData<string> Names => [.. RecordedLines.All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task An_answer_that_comes_in_lines_though_one_object_was_asked_for_is_one_completion(string name)
    {
        var (lines, text, reasoning, calls, finish) = RecordedLines.All[name];

        var answer = await both.AnswerAsync(call => call.AnswerAsync("200 OK", string.Join("\r\n", lines), "application/x-ndjson"), stream: false);

        Assert.Equal((200, "application/json", true), (answer.Status, answer.Header("Content-Type"), answer.Finished));
        var root = JsonDocument.Parse(answer.Body).RootElement;
        var choice = root.GetProperty("choices")[0];
        Assert.Equal((text, finish), (choice.GetProperty("message").GetProperty("content").GetString() ?? "", choice.GetProperty("finish_reason").GetString()));
        Assert.Equal(reasoning, choice.GetProperty("message").TryGetProperty("reasoning_content", out var thought) ? thought.GetString() : "");
        Assert.Equal(calls.Length > 0, choice.GetProperty("message").TryGetProperty("tool_calls", out var made));
        Assert.True(calls.Length == 0 || made.GetArrayLength() == 2);
        Assert.Equal(38, root.GetProperty("usage").GetProperty("total_tokens").GetInt32());
    }

    [Theory]
    [InlineData("backend_truncated", "", "stopped before its end")]
    [InlineData("backend_error", """{"error":"out of memory"}""", "out of memory")]
    public async Task Lines_that_are_not_the_whole_answer_are_none(string code, string end, string message)
    {
        var answer = await both.AnswerAsync(
            call => call.AnswerAsync("200 OK", $"{RecordedLines.Content("one")}\n{RecordedLines.Content("two")}\n{end}", "application/x-ndjson"), stream: false);

        Assert.Equal((400, code), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.Contains(message, answer.Error.GetProperty("message").GetString(), StringComparison.Ordinal);
    }
}
