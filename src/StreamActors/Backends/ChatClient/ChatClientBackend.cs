using System.Runtime.CompilerServices;
using Microsoft.Extensions.AI;
using StreamActors.Protocol;

namespace StreamActors.Backends.ChatClient;

/// <summary>
/// Any <see cref="IChatClient"/>. What it does is not known here: it may block, so its code runs on threads of its own, and nothing
/// here may move it to others (no <c>ConfigureAwait(false)</c>). The client belongs to whoever registered it.
/// </summary>
/// <param name="name">The configured name.</param>
/// <param name="options">Its models.</param>
/// <param name="client">Who answers.</param>
/// <param name="time">Dates the answers.</param>
public sealed class ChatClientBackend(string name, BackendOptions options, IChatClient client, TimeProvider time) : IBackend
{
    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public void Check(ChatRequest request) => ClientRequest.Read(request);

    /// <inheritdoc/>
    public async IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var asked = ClientRequest.Read(request);
        asked.Options.ModelId = request.Model == name && !options.Models.Contains(name) ? null : request.Model;
        var answer = new ClientAnswer(request, time.GetUtcNow());
        if (!request.Stream)
        {
            yield return answer.Whole(await ClientFailures.TellAsync(
                () => client.GetResponseAsync(asked.Messages, asked.Options, cancellation), cancellation));
            yield break;
        }

        await using var updates = ClientFailures.Tell(
            () => client.GetStreamingResponseAsync(asked.Messages, asked.Options, cancellation).GetAsyncEnumerator(cancellation), cancellation);
        while (await ClientFailures.TellAsync(() => updates.MoveNextAsync().AsTask(), cancellation))
        {
            if (answer.Delta(updates.Current) is { } chunk)
                yield return chunk;
        }

        yield return answer.Finish();
        if (asked.IncludeUsage && answer.Usage() is { } usage)
            yield return usage;
    }

    /// <summary>What is configured; else the client's own default; else the backend's name stands for whatever the client takes.</summary>
    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ModelEntry>>(
        options.Models.Length > 0 ? [.. options.Models] : [client.GetService<ChatClientMetadata>()?.DefaultModelId ?? name]);
}
