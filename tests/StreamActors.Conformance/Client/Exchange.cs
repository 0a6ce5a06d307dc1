using StreamActors.Conformance.Backend;

namespace StreamActors.Conformance.Client;

/// <summary>One request under way. All times are monotonic microseconds.</summary>
internal sealed class Exchange
{
    private const TaskCreationOptions Asynchronously = TaskCreationOptions.RunContinuationsAsynchronously;

    private readonly CancellationTokenSource _leave;
    private readonly TaskCompletionSource<long> _sent = new(Asynchronously);
    private readonly TaskCompletionSource<long?> _begun = new(Asynchronously);
    private readonly AnswerReader _reader;

    /// <param name="http">Sends it, on a connection of its own.</param>
    /// <param name="message">Makes the request; takes what is to be told once it has left, and when.</param>
    /// <param name="stream">Whether the answer is asked for as a stream.</param>
    /// <param name="reads">False: nothing is read of the body.</param>
    /// <param name="run">Ends it with the run.</param>
    public Exchange(HttpClient http, Func<Action<long>, HttpRequestMessage> message, bool stream, bool reads, CancellationToken run)
    {
        _leave = CancellationTokenSource.CreateLinkedTokenSource(run);
        _reader = new AnswerReader(now => _begun.TrySetResult(now));
        Ended = RunAsync(http, message(now => _sent.TrySetResult(now)), stream, reads);
    }

    /// <summary>When the request was sent, known once all of it has left; or when that failed.</summary>
    public Task<long> Sent => _sent.Task;

    /// <summary>When the first content came; null where it ended before.</summary>
    public Task<long?> Begun => _begun.Task;

    /// <summary>Its end; never fails.</summary>
    public Task<Answer> Ended { get; }

    /// <summary>Closes the connection, whatever is under way on it; when that was.</summary>
    public long Leave()
    {
        var now = MonotonicClock.Microseconds;
        _leave.Cancel();
        return now;
    }

    private async Task<Answer> RunAsync(HttpClient http, HttpRequestMessage message, bool stream, bool reads)
    {
        var status = 0;
        try
        {
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, _leave.Token);
            status = (int)answer.StatusCode;
            await using var body = new BoundedBody(await answer.Content.ReadAsStreamAsync(_leave.Token));
            if (!reads)
                await Task.Delay(Timeout.InfiniteTimeSpan, _leave.Token);
            if (stream && answer.IsSuccessStatusCode)
                await _reader.ReadStreamAsync(body, _leave.Token);
            else
                await _reader.ReadWholeAsync(body, _leave.Token);
            return _reader.End(answer.IsSuccessStatusCode ? Ending.Whole : Ending.Refused, status);
        }
        catch (Exception e) when (e is OperationCanceledException or IOException or HttpRequestException)
        {
            return _reader.End(_leave.IsCancellationRequested ? Ending.Left : Ending.Cut, status);
        }
        finally
        {
            message.Dispose();
            _sent.TrySetResult(MonotonicClock.Microseconds);
            _begun.TrySetResult(null);
        }
    }
}
