using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http.Ollama;

/// <summary>A request without a prompt: a model is to be loaded ahead of one, as Ollama's command line does, or let go of.</summary>
/// <param name="Generate">It came to <c>/api/generate</c>.</param>
/// <param name="Unload">Its <c>keep_alive</c> is 0.</param>
internal sealed record OllamaLoad(bool Generate, bool Unload);

/// <summary>
/// Answers requests without a prompt. An Ollama is told to load, which may take its time; whoever else serves a model has it ready, or
/// knows itself when to load it.
/// </summary>
internal sealed class OllamaLoads(SingleAnswers answers, BackendRegistry backends, TimeProvider time)
{
    /// <exception cref="ApiException">The backend could not.</exception>
    public Task AnswerAsync(HttpContext context, ChatRequest request, OllamaLoad load)
    {
        return backends.Get(request.Backend).Offers(RequestKind.Load)
            ? answers.AnswerAsync(context, request with { Stream = false }, _ => Answer())
            : answers.WriteAsync(context, Answer());

        ReadOnlyMemory<byte> Answer() =>
            OllamaFormat.WithoutPrompt(load.Generate, request.Model, load.Unload ? "unload" : "load", time);
    }
}
