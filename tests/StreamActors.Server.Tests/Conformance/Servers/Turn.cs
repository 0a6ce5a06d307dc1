namespace StreamActors.Server.Tests.Conformance.Servers;

/// <summary>One request of a session.</summary>
internal sealed class Turn(CancellationToken leaving)
{
    private readonly CancellationTokenSource _cancel = CancellationTokenSource.CreateLinkedTokenSource(leaving);
    private readonly TaskCompletionSource _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public CancellationToken Token => _cancel.Token;

    /// <summary>The one before it, which may not be over yet.</summary>
    public Turn? Older { get; set; }

    /// <summary>Ends it; the task completes when it is over.</summary>
    public async Task SupersedeAsync()
    {
        await _cancel.CancelAsync();
        await _over.Task;
    }

    public void IsOver()
    {
        Older = null;
        _over.TrySetResult();
    }
}
