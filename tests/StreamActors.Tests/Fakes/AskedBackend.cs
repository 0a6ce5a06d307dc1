using System.Runtime.CompilerServices;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Tests.Fakes;

/// <summary>A backend that is asked for its models, and answers, fails or waits as the test says. Prompts fail or are answered likewise.</summary>
internal sealed class AskedBackend(string name) : IBackend
{
    private readonly SemaphoreSlim _asked = new(0);
    private int _questions;

    public string Name => name;

    /// <summary>Where set, no question is answered before it completes.</summary>
    public TaskCompletionSource? Unanswered { get; set; }

    /// <summary>Where set, called on the token's cancellation.</summary>
    public Action? WhenGivenUp { get; set; }

    public async Task AskedAsync(int times)
    {
        while (Questions < times)
            Assert.True(await _asked.WaitAsync(TimeSpan.FromSeconds(10)));
    }

    public string[]? Models { get; set; }

    public int Questions => _questions;

    /// <summary>How the question fails where there are no models.</summary>
    public BackendException Failure { get; set; } = new(EndReason.BackendUnreachable, "down");

    /// <summary>How every prompt fails; null: it is answered.</summary>
    public BackendException? PromptFailure { get; set; }

    public async IAsyncEnumerable<Chunk> StreamAsync(ChatRequest request, [EnumeratorCancellation] CancellationToken cancellation)
    {
        await Task.Yield();
        if (PromptFailure is { } failure)
            throw failure;
        yield return new Chunk("{}"u8.ToArray(), default);
    }

    public async Task<IReadOnlyList<ModelEntry>> ListModelsAsync(CancellationToken cancellation)
    {
        if (WhenGivenUp is { } callback)
            cancellation.Register(callback);
        Interlocked.Increment(ref _questions);
        _asked.Release();
        await Task.Yield();
        if (Unanswered is { } unanswered)
            await unanswered.Task;
        return Models is { } models ? [.. models] : throw Failure;
    }
}
