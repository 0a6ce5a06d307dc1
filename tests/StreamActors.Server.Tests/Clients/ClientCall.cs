namespace StreamActors.Server.Tests.Clients;

/// <summary>One request under way in a client library.</summary>
internal sealed class ClientCall(string id, Func<string, Task> abort)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TaskCompletionSource _text = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<ClientAnswer> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public bool HasEnded => _end.Task.IsCompleted;

    /// <summary>Completes when the library has given out the first text.</summary>
    public Task HasTextAsync() => _text.Task.WaitAsync(Patience);

    /// <summary>What the library made of it in the end.</summary>
    public Task<ClientAnswer> EndAsync() => _end.Task.WaitAsync(Patience);

    /// <summary>Aborts it by the library's own means.</summary>
    public Task AbortAsync() => abort(id);

    public void OnText() => _text.TrySetResult();

    public void OnEnd(ClientAnswer answer) => _end.TrySetResult(answer);
}
