using System.Text;
using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Ollama;

/// <summary>What a client makes of an answer, put together from its chunks.</summary>
internal sealed record OllamaAnswers(string Text, string Reasoning, string Calls, string Finish)
{
    /// <summary>Reads a finished stream.</summary>
    public static OllamaAnswers Of(RawAnswer answer)
    {
        Assert.Equal((200, true), (answer.Status, answer.Finished));
        Assert.Equal(Chunks.Done, answer.Events[^1].Text);
        var (text, reasoning, finish, calls) = (new StringBuilder(), new StringBuilder(), "", new List<string>());
        foreach (var one in answer.Events.SkipLast(1))
        {
            var root = JsonDocument.Parse(one.Data).RootElement;
            Assert.Equal(("chat.completion.chunk", "m"), (root.GetProperty("object").GetString(), root.GetProperty("model").GetString()));
            Assert.Equal($"chatcmpl-{answer.Header("X-Trace-Id")}", root.GetProperty("id").GetString());
            if (root.GetProperty("choices").GetArrayLength() == 0)
                continue;
            var choice = root.GetProperty("choices")[0];
            Assert.Equal("", finish);
            finish = choice.GetProperty("finish_reason").GetString() ?? "";
            var delta = choice.GetProperty("delta");
            text.Append(Field(delta, "content"));
            reasoning.Append(Field(delta, "reasoning_content"));
            if (delta.TryGetProperty("tool_calls", out var list))
                calls.AddRange(list.EnumerateArray().Select(Call));
        }

        return new OllamaAnswers(text.ToString(), reasoning.ToString(), string.Join(';', calls), finish);
    }

    public static OllamaAnswers Expected(string name)
    {
        var (_, text, reasoning, calls, finish) = RecordedLines.All[name];
        return new OllamaAnswers(text, reasoning, calls, finish);
    }

    private static string? Field(JsonElement delta, string name) => delta.TryGetProperty(name, out var value) ? value.GetString() : "";

    private static string Call(JsonElement call)
    {
        var function = call.GetProperty("function");
        return $"{call.GetProperty("index")} {call.GetProperty("id")} {function.GetProperty("name")} {function.GetProperty("arguments")}";
    }
}
