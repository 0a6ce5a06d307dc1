using System.Runtime.CompilerServices;
using System.Text;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Tests.Fakes;

/// <summary>A backend that answers, or fails as the test says. It serves the model <c>m</c>.</summary>
internal sealed class TroubledBackend : IBackend
{
    public string Name => "up";

    public bool MayBlock => false;

    /// <summary>How every prompt fails; null: it is answered.</summary>
    public BackendException? Failure { get; set; }

    /// <summary>How the question for the models fails; null: it is answered.</summary>
    public BackendException? ListFailure { get; set; }

    public bool Offers(RequestKind kind) => true;

    public async IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        if (Failure is { } failure)
            throw failure;
        yield return new Chunk(Encoding.UTF8.GetBytes(Chunks.Content("fine")), new ChunkFacts(HasContent: true));
    }

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) =>
        ListFailure is { } failure ? throw failure : Task.FromResult<IReadOnlyList<ModelEntry>>(["m"]);
}
