using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Clients;

/// <summary><c>Microsoft.Extensions.AI</c> over the OpenAI package.</summary>
internal sealed class ExtensionsAiClient : IClient
{
    public string Version => Sdk.VersionOf(typeof(OpenAIClientExtensions));

    public async Task AskAsync(Request request, Answer answer, CancellationToken abort)
    {
        using var client = Sdk.Connect(request).GetChatClient(request.Model).AsIChatClient();
        var options = new ChatOptions();
        if (request.Tools)
        {
            options.Tools = [AIFunctionFactory.CreateDeclaration(
                Sdk.ToolName, "The weather at a place.", JsonDocument.Parse(Sdk.ToolParameters).RootElement)];
        }

        var response = request.Stream
            ? await StreamAsync(client.GetStreamingResponseAsync(request.Text, options, abort), answer)
            : await client.GetResponseAsync(request.Text, options, abort);
        if (!request.Stream)
            answer.Add(response.Text);
        foreach (var call in response.Messages.SelectMany(message => message.Contents).OfType<FunctionCallContent>())
            answer.Call(call.Name, JsonSerializer.Serialize(call.Arguments));
        (answer.Finish, answer.Usage) = (response.FinishReason?.Value, response.Usage?.OutputTokenCount);
    }

    private static async Task<ChatResponse> StreamAsync(IAsyncEnumerable<ChatResponseUpdate> updates, Answer answer)
    {
        var all = new List<ChatResponseUpdate>();
        await foreach (var update in updates)
        {
            answer.Add(update.Text);
            all.Add(update);
        }

        return all.ToChatResponse();
    }
}
