using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using System.Threading.Channels;
using Microsoft.Extensions.AI;

namespace StreamActors.Tests.Fakes;

/// <summary>What a <see cref="ScriptedChatClient"/> does when it is to stop.</summary>
public enum Manners
{
    /// <summary>It stops at once.</summary>
    Honours,
    /// <summary>It goes on waiting.</summary>
    Ignores,
    /// <summary>It goes on waiting and holds its thread.</summary>
    Blocks,
}

/// <summary>A chat client that says what the test lets it say.</summary>
public sealed class ScriptedChatClient(Manners manners = Manners.Honours) : IChatClient
{
    private readonly Channel<ClientCall> _calls = Channel.CreateUnbounded<ClientCall>();

    /// <summary>Told to whoever asks for it.</summary>
    public ChatClientMetadata? Metadata { get; init; }

    /// <summary>The next call.</summary>
    public async Task<ClientCall> NextCallAsync() => await _calls.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));

    public async Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default)
    {
        await using var updates = GetStreamingResponseAsync(messages, options, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var all = new List<ChatResponseUpdate>();
        while (await updates.MoveNextAsync())
            all.Add(updates.Current);
        return all.ToChatResponse();
    }

    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        using var call = new ClientCall([.. messages], options!);
        _calls.Writer.TryWrite(call);
        while (await call.NextAsync(manners, cancellationToken) is { } update)
            yield return update;
    }

    public object? GetService(Type serviceType, object? serviceKey = null) => serviceType == typeof(ChatClientMetadata) ? Metadata : null;

    public void Dispose()
    {
    }
}

/// <summary>One call to a <see cref="ScriptedChatClient"/>.</summary>
public sealed class ClientCall(IReadOnlyList<ChatMessage> messages, ChatOptions options) : IDisposable
{
    private readonly ConcurrentQueue<object?> _words = new();
    private readonly SemaphoreSlim _said = new(0);
    private readonly TaskCompletionSource _left = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<ChatMessage> Messages => messages;

    public ChatOptions Options => options;

    /// <summary>Completes when the server has let go of the call.</summary>
    public Task Left => _left.Task;

    public void Say(ChatResponseUpdate update) => Add(update);

    public void Say(string text) => Say(new ChatResponseUpdate(ChatRole.Assistant, text));

    /// <summary>The model has finished.</summary>
    public void Finish(ChatFinishReason? reason = null)
    {
        Say(new ChatResponseUpdate { FinishReason = reason ?? ChatFinishReason.Stop });
        Return();
    }

    /// <summary>The call returns.</summary>
    public void Return() => Add(null);

    public void Throw(Exception failure) => Add(failure);

    public void Dispose() => _left.TrySetResult();

    internal async Task<ChatResponseUpdate?> NextAsync(Manners manners, CancellationToken cancellation)
    {
        if (manners == Manners.Blocks)
            _said.Wait(CancellationToken.None);
        else
            await _said.WaitAsync(manners == Manners.Honours ? cancellation : CancellationToken.None);
        _words.TryDequeue(out var word);
        return word is Exception failure ? throw failure : (ChatResponseUpdate?)word;
    }

    private void Add(object? word)
    {
        _words.Enqueue(word);
        _said.Release();
    }
}
