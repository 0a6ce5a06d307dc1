using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.RegularExpressions;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Soak.Host;

/// <summary>
/// A backend in the server's own process that breaks its duty. Its name says how, the prompt for how long:
/// <c>[tokens=N][delay=MS][hold=MS]</c>; the trouble begins in the middle of the answer.
/// </summary>
internal sealed partial class MisbehavingBackend(string name) : IBackend, IDisposable
{
    /// <summary>Goes on for a while though it was cancelled.</summary>
    public const string Ignores = "ignores";

    /// <summary>Blocks the thread that asks it.</summary>
    public const string Blocks = "blocks";

    /// <summary>Throws while an answer of it is disposed, and when it is disposed itself.</summary>
    public const string Disposes = "disposes";

    /// <summary>Does not come back from being disposed itself.</summary>
    public const string Lingers = "lingers";

    /// <summary>Those that a soak mixes.</summary>
    public static readonly IReadOnlyList<string> Names = [Ignores, Blocks, Disposes];

    public static readonly IReadOnlyList<string> All = [.. Names, Lingers];

    public string Name => name;

    public IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, CancellationToken cancellation)
    {
        var prompt = Encoding.UTF8.GetString(request.Body.Span);
        var chunks = AnswerAsync(prompt, cancellation);
        return name == Disposes ? new ThrowsWhenDisposed(chunks) : chunks;
    }

    public Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation) => Task.FromResult<IReadOnlyList<ModelEntry>>([name]);

    public void Dispose()
    {
        if (name == Disposes)
            throw Failure();
        if (name == Lingers)
            new ManualResetEventSlim().Wait();
    }

    private static InvalidOperationException Failure() => new("This backend cannot be disposed.");

    private async IAsyncEnumerable<Chunk> AnswerAsync(string prompt, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var (tokens, delay, hold) = (Number(prompt, "tokens"), Number(prompt, "delay"), Number(prompt, "hold"));
        for (var i = 0; i < tokens; i++)
        {
            if (i == tokens / 2)
                await HoldAsync(hold).ConfigureAwait(false);
            await Task.Delay(delay, name == Disposes ? cancellation : CancellationToken.None).ConfigureAwait(false);
            yield return Chunk(i);
        }

        yield return new Chunk(
            """{"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}"""u8.ToArray(), new ChunkFacts(HasContent: false, FinishedChoices: ChoiceSet.Of(0)));
    }

    private async Task HoldAsync(int milliseconds)
    {
        if (name == Ignores)
        {
            await Task.Delay(milliseconds, CancellationToken.None).ConfigureAwait(false);
        }
        else if (name == Blocks)
        {
            using var never = new ManualResetEventSlim();
            never.Wait(milliseconds);
        }
    }

    private static Chunk Chunk(int i) => new(
        Encoding.UTF8.GetBytes($$"""{"choices":[{"index":0,"delta":{"content":"tok{{i}} "},"finish_reason":null}]}"""),
        new ChunkFacts(HasContent: true));

    private static int Number(string prompt, string directive) => Directive().Matches(prompt)
        .Where(m => m.Groups[1].Value == directive)
        .Select(m => int.Parse(m.Groups[2].Value, CultureInfo.InvariantCulture)).FirstOrDefault();

    [GeneratedRegex(@"\[([a-z]+)=(\d+)\]")]
    private static partial Regex Directive();

    private sealed class ThrowsWhenDisposed(IAsyncEnumerable<Chunk> chunks) : IAsyncEnumerable<Chunk>, IAsyncEnumerator<Chunk>
    {
        private IAsyncEnumerator<Chunk>? _chunks;

        public Chunk Current => _chunks!.Current;

        public IAsyncEnumerator<Chunk> GetAsyncEnumerator(CancellationToken cancellationToken = default)
        {
            _chunks = chunks.GetAsyncEnumerator(cancellationToken);
            return this;
        }

        public ValueTask<bool> MoveNextAsync() => _chunks!.MoveNextAsync();

        public async ValueTask DisposeAsync()
        {
            await _chunks!.DisposeAsync().ConfigureAwait(false);
            throw Failure();
        }
    }
}
