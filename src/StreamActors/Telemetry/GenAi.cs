using StreamActors.Protocol;

namespace StreamActors.Telemetry;

/// <summary>Names of OpenTelemetry's semantic conventions for generative AI that are used here.</summary>
internal static class GenAi
{
    public const string Operation = "gen_ai.operation.name";
    public const string Model = "gen_ai.request.model";
    public const string Provider = "gen_ai.provider.name";
    public const string Conversation = "gen_ai.conversation.id";
    public const string OutputTokens = "gen_ai.usage.output_tokens";
    public const string ErrorType = "error.type";

    /// <summary>The operation's conventional name.</summary>
    public static string Name(this RequestKind kind) => kind switch
    {
        RequestKind.Completion => "text_completion",
        RequestKind.Embeddings => "embeddings",
        RequestKind.Load => "load", // the conventions have no word for it
        _ => "chat",
    };
}
