using System.Text;
using OpenAI.Chat;

namespace StreamActors.Clients;

/// <summary>The official OpenAI package.</summary>
internal sealed class OpenAiClient : IClient
{
    public string Version => Sdk.VersionOf(typeof(ChatClient));

    public Task AskAsync(Request request, Answer answer, CancellationToken abort)
    {
        var options = new ChatCompletionOptions();
        if (request.Tools)
            options.Tools.Add(ChatTool.CreateFunctionTool(Sdk.ToolName, "The weather at a place.", Sdk.ToolParameters));
        var client = Sdk.Connect(request).GetChatClient(request.Model);
        ChatMessage[] messages = [new UserChatMessage(request.Text)];
        return request.Stream
            ? StreamAsync(client.CompleteChatStreamingAsync(messages, options, abort), answer)
            : WholeAsync(client, messages, options, answer, abort);
    }

    public async Task ListAsync(Request request, Answer answer, CancellationToken abort)
    {
        foreach (var model in (await Sdk.Connect(request).GetOpenAIModelClient().GetModelsAsync(abort)).Value)
            answer.List($"{model.Id} of {model.OwnedBy}");
        answer.Finish = "list";
    }

    private static async Task WholeAsync(
        ChatClient client, ChatMessage[] messages, ChatCompletionOptions options, Answer answer, CancellationToken abort)
    {
        var completion = (await client.CompleteChatAsync(messages, options, abort)).Value;
        answer.Add(string.Concat(completion.Content.Select(part => part.Text)));
        foreach (var call in completion.ToolCalls)
            answer.Call(call.FunctionName, call.FunctionArguments.ToString());
        (answer.Finish, answer.Usage) = (completion.FinishReason.ToString(), completion.Usage?.OutputTokenCount);
    }

    private static async Task StreamAsync(IAsyncEnumerable<StreamingChatCompletionUpdate> updates, Answer answer)
    {
        var calls = new SortedDictionary<int, (string Name, StringBuilder Arguments)>();
        await foreach (var update in updates)
        {
            answer.Add(string.Concat(update.ContentUpdate.Select(part => part.Text)));
            foreach (var part in update.ToolCallUpdates)
            {
                if (!calls.TryGetValue(part.Index, out var call))
                    calls[part.Index] = call = (part.FunctionName, new StringBuilder());
                call.Arguments.Append(part.FunctionArgumentsUpdate?.ToString());
            }

            answer.Finish = update.FinishReason?.ToString() ?? answer.Finish;
            answer.Usage = update.Usage?.OutputTokenCount ?? answer.Usage;
        }

        foreach (var (name, arguments) in calls.Values)
            answer.Call(name, arguments.ToString());
    }
}
