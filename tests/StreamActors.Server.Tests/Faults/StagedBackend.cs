using System.Collections.Concurrent;
using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;

namespace StreamActors.Server.Tests.Faults;

/// <summary>How a staged call is answered in place of the backend's own way.</summary>
/// <param name="backend">The real one.</param>
/// <param name="request">The request.</param>
/// <param name="cancellation">The call's token.</param>
internal delegate IAsyncEnumerable<Chunk> Turn(IBackend backend, ChatRequest request, CancellationToken cancellation);

/// <summary>The real backend for HTTP model servers. Single calls can be given a turn of their own.</summary>
internal sealed class StagedBackend(OpenAiCompatibleBackend real) : IBackend, IDisposable
{
    private readonly ConcurrentDictionary<string, Turn> _turns = new();

    public string Name => real.Name;

    /// <summary>Whether it is to run on threads of its own.</summary>
    public bool MayBlock { get; set; }

    /// <summary>The next call with this prompt takes this turn.</summary>
    public void Stage(string prompt, Turn turn) => _turns[prompt] = turn;

    public IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, CancellationToken cancellation)
    {
        var body = Encoding.UTF8.GetString(request.Body.Span);
        var prompt = _turns.Keys.FirstOrDefault(prompt => body.Contains($"\"{prompt}\"", StringComparison.Ordinal));
        return prompt is not null && _turns.TryRemove(prompt, out var turn)
            ? turn(real, request, cancellation)
            : real.StreamAsync(request, cancellation);
    }

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) =>
        Task.FromResult<IReadOnlyList<ModelEntry>>(["m"]);

    public void Dispose() => real.Dispose();
}
