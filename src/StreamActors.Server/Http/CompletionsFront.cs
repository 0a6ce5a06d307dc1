using System.Text.Json;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>
/// OpenAI's completions of plain text, from before there were chats. They are passed on to backends that offer them and are streams
/// like any other.
/// </summary>
internal sealed class CompletionsFront : IChatFront
{
    public static readonly CompletionsFront Instance = new();

    /// <summary>As many as OpenAI takes.</summary>
    private const int MaxPrompts = 2048;

    private CompletionsFront()
    {
    }

    public ChatBody Read(ReadOnlyMemory<byte> body) => ChatRequestReader.Check(body, Check);

    public async Task<ModelRoute> RouteAsync(CallerModels models, string? model, CancellationToken cancellation) =>
        (await OpenAiFront.Instance.RouteAsync(models, model, cancellation)).Offering(models, RequestKind.Completion);

    public IAnswerFormat Format(bool stream, string model, TimeProvider time) => OpenAiFront.Instance.Format(stream, model, time);

    /// <summary>Each of several prompts gets its own answers: the stream is whole when all of them are.</summary>
    private static ChatBody Check(ReadOnlyMemory<byte> body, JsonElement root)
    {
        var prompts = Prompts(root);
        if (prompts > MaxPrompts)
            throw ChatRequestReader.Fault($"'prompt' holds {prompts} prompts; {MaxPrompts} is the most.", "prompt");
        var choices = ChatRequestReader.Choices(root) * prompts;
        return new ChatBody(
            body, ChatRequestReader.OptionalString(root, "model"), Prompt: null, ChatRequestReader.OptionalFlag(root, "stream") ?? false, choices)
        {
            Kind = RequestKind.Completion,
        };
    }

    private static int Prompts(JsonElement root) => ChatRequestReader.Value(root, "prompt") switch
    {
        { ValueKind: JsonValueKind.String } => 1,
        { ValueKind: JsonValueKind.Array } several when several.GetArrayLength() > 0 =>
            several[0].ValueKind == JsonValueKind.Number ? 1 : several.GetArrayLength(),
        _ => throw ChatRequestReader.Fault("'prompt' is needed: a string, an array of strings, or an array of tokens.", "prompt"),
    };
}
