using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary>What a protocol has of its own about prompts: how they are read, what their models are called, how they are answered.</summary>
internal interface IChatFront
{
    /// <summary>Checks a request's body and says it as a chat completion request of OpenAI's.</summary>
    /// <exception cref="ApiException">400, names the field.</exception>
    ChatBody Read(ReadOnlyMemory<byte> body);

    /// <summary>Who answers for the model that the caller named.</summary>
    /// <exception cref="ApiException">Nobody does.</exception>
    Task<ModelRoute> RouteAsync(CallerModels models, Caller caller, string? model, CancellationToken cancellation);

    /// <summary>How one answer of the model is written.</summary>
    IAnswerFormat Format(bool stream, string model, TimeProvider time);
}
