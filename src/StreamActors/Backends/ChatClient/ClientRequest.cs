using System.Text.Json;
using Microsoft.Extensions.AI;
using StreamActors.Protocol;

namespace StreamActors.Backends.ChatClient;

/// <summary>OpenAI's chat completion request in the terms of <see cref="IChatClient"/>.</summary>
/// <param name="Messages">The messages.</param>
/// <param name="Options">All else; the model is for the caller to set.</param>
/// <param name="IncludeUsage">A streamed answer is to end with a usage report.</param>
internal sealed record ClientRequest(IReadOnlyList<ChatMessage> Messages, ChatOptions Options, bool IncludeUsage)
{
    /// <exception cref="BackendException">A field is wrong, or asks for what no client can be asked; the caller is told which.</exception>
    public static ClientRequest Read(ChatRequest request)
    {
        if (request.Choices > 1)
            throw CallerFault.Unsupported("n", "must be 1: this backend gives one answer to a request.");
        var body = JsonElement.Parse(request.Body.Span, RequestJson.Reading);
        return new ClientRequest(ClientMessages.Read(body), ClientOptions.Read(body), UsageWish.Of(body));
    }
}
