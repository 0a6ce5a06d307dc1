namespace StreamActors.Streaming;

/// <summary>Cancelling the token of a backend: what runs on it is foreign code.</summary>
public static class UpstreamToken
{
    /// <summary>
    /// Cancels. What a backend's own callbacks throw at that changes nothing: the token is cancelled, all callbacks have been
    /// called, and how the backend ends is seen by its enumeration.
    /// </summary>
    public static void CancelSafely(this CancellationTokenSource source)
    {
        try
        {
            source.Cancel();
        }
        catch (AggregateException)
        {
            // Said above.
        }
    }
}
