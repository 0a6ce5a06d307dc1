using System.Runtime.CompilerServices;
using StreamActors.Protocol;

namespace StreamActors.Backends.Demo;

/// <summary>
/// The embedded demo: no network, no model. Answers any prompt with readable text at the configured pace and says in its first
/// words what it is. The same seed and prompt give the same answer.
/// </summary>
public sealed class DemoBackend(string name, BackendOptions options, TimeProvider time) : IBackend
{
    private readonly TimeSpan _pause = TimeSpan.FromSeconds(1 / options.TokensPerSecond);

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public bool MayBlock => false;

    /// <inheritdoc/>
    public void Check(ChatRequest request)
    {
        if (request.Choices > 1)
            throw CallerFault.Unsupported("n", "must be 1: the demo model gives one answer to a request.");
    }

    /// <inheritdoc/>
    public async IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        Check(request);
        var prompt = DemoPrompt.Read(request.Body);
        var tokens = DemoText.Write(prompt.Text, options.Seed).Take(prompt.MaxTokens).ToList();
        var finishReason = tokens.Count == prompt.MaxTokens ? "length" : "stop";
        var writer = new DemoChunks(request.Model, time.GetUtcNow(), prompt.Tokens);
        if (request.Stream)
        {
            yield return writer.Role();
            foreach (var token in tokens)
            {
                await Task.Delay(_pause, time, cancellation).ConfigureAwait(false);
                yield return writer.Content(token);
            }

            yield return writer.Finish(finishReason);
            if (prompt.IncludeUsage)
                yield return writer.Usage(tokens.Count);
        }
        else
        {
            await Task.Delay(_pause * tokens.Count, time, cancellation).ConfigureAwait(false);
            yield return writer.Completion(string.Concat(tokens), finishReason, tokens.Count);
        }
    }

    /// <inheritdoc/>
    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ModelEntry>>([.. options.Models]);
}
