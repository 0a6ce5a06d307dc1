using System.Text;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Tests.Faults;

/// <summary>Backends whose own code fails, around the real one.</summary>
internal static class BackendTurns
{
    /// <summary>A payload without content, after which <see cref="ThrowsInMoveNext"/> throws.</summary>
    public const string Boom = """{"choices":[],"boom":true}""";

    private static readonly byte[] BoomBytes = Encoding.UTF8.GetBytes(Boom);

    public static IAsyncEnumerable<Chunk> Throws(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        throw Failure();

    public static IAsyncEnumerable<Chunk> ThrowsInGetEnumerator(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        new Failing(null);

    public static IAsyncEnumerable<Chunk> ThrowsInMoveNext(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        new Failing(backend.StreamAsync(request, cancellation)) { InMoveNext = true };

    public static IAsyncEnumerable<Chunk> ThrowsWhenDisposed(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        new Failing(backend.StreamAsync(request, cancellation)) { WhenDisposed = true };

    /// <summary>Lets go of everything and then does not return before its cancellation is heard.</summary>
    public static IAsyncEnumerable<Chunk> HangsWhenDisposed(IBackend backend, ChatRequest request, CancellationToken cancellation) =>
        new Failing(backend.StreamAsync(request, cancellation)) { HangsUntil = cancellation };

    private static InvalidOperationException Failure() => new($"thrown at {StagedStream.Secret}");

    private sealed class Failing(IAsyncEnumerable<Chunk>? chunks) : IAsyncEnumerable<Chunk>, IAsyncEnumerator<Chunk>
    {
        private IAsyncEnumerator<Chunk>? _chunks;
        private bool _moved;

        public bool InMoveNext { get; init; }

        public bool WhenDisposed { get; init; }

        public CancellationToken HangsUntil { get; init; }

        public Chunk Current => _chunks!.Current;

        public IAsyncEnumerator<Chunk> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            _chunks = (chunks ?? throw Failure()).GetAsyncEnumerator(cancellationToken);
            return this;
        }

        /// <summary>Throws at once, not in the task.</summary>
        public ValueTask<bool> MoveNextAsync()
        {
            if (InMoveNext && _moved && Current.Json.Span.SequenceEqual(BoomBytes))
                throw Failure();
            _moved = true;
            return _chunks!.MoveNextAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await _chunks!.DisposeAsync();
            if (HangsUntil.CanBeCanceled)
                await Task.Delay(Timeout.Infinite, HangsUntil).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (WhenDisposed)
                throw Failure();
        }
    }
}
