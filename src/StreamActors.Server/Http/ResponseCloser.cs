using System.Buffers;
using System.IO.Pipelines;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary>
/// Closes a response that has ended. Completed: the format's word for it and a proper end. Before the first byte: a status. After
/// it: one last frame, flushed, and then the connection is cut, so that no client takes the answer for complete.
/// </summary>
internal static class ResponseCloser
{
    /// <summary>How long a client has for its last frame before its connection is reset.</summary>
    private static readonly TimeSpan LastFrame = TimeSpan.FromMilliseconds(250);

    /// <returns>What became of the last bytes; only an answer whose last bytes were taken was delivered.</returns>
    /// <exception cref="CutResponseException">The response is cut; let it out of the request.</exception>
    public static async Task<Delivery> CloseAsync(
        HttpContext context, OpenResponse response, IAnswerFormat format, StreamEnding ending, TimeSpan writeTimeout)
    {
        var completed = ending.Outcome == Outcome.Completed;
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        bound.CancelAfter(completed ? writeTimeout : LastFrame);
        await using var hurry = completed ? response.Hurried.Register(() => bound.CancelAfter(LastFrame)) : default;
        try
        {
            var body = await response.TakeOverAsync(begin: completed).WaitAsync(bound.Token);
            if (body is null)
                await context.WriteErrorAsync(EndingErrors.Of(ending), response.Trace).WaitAsync(bound.Token);
            else if (completed)
                await CompleteAsync(context, body, format, response.FlushWasFreed, bound.Token);
            else
                await CutAsync(context, body, format.Cut(EndingErrors.Of(ending), response.Trace), bound.Token);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            return Delivery.ClientGone;
        }
        catch (OperationCanceledException)
        {
            context.Abort();
            return Delivery.TooSlow;
        }

        return context.RequestAborted.IsCancellationRequested ? Delivery.ClientGone : Delivery.Delivered;
    }

    /// <summary>What was not flushed yet, the last frame and the end of the body go out together.</summary>
    private static async Task CompleteAsync(
        HttpContext context, PipeWriter body, IAnswerFormat format, bool flushWasFreed, CancellationToken bound)
    {
        if (flushWasFreed)
            await FlushAsync(body).WaitAsync(bound);
        body.Write(format.Completed().Span);
        if (!format.Streamed && !context.Response.HasStarted)
            context.Response.ContentLength = body.UnflushedBytes;
        await context.Response.CompleteAsync().WaitAsync(bound);
        await LastBytes.EndIsProperAsync(context).WaitAsync(bound);
    }

    private static async Task CutAsync(HttpContext context, PipeWriter body, ReadOnlyMemory<byte> frame, CancellationToken bound)
    {
        // Without a frame too: what was begun must be sent, or Kestrel would make a status of its own for it.
        await FlushAsync(body, frame, bound);
        LastBytes.Cut(context);
        throw new CutResponseException();
    }

    private static Task FlushAsync(PipeWriter body, ReadOnlyMemory<byte> bytes, CancellationToken bound)
    {
        body.Write(bytes.Span);
        return FlushAsync(body).WaitAsync(bound);
    }

    /// <summary>A flush that was freed for an earlier writer's sake is flushed again.</summary>
    private static async Task FlushAsync(PipeWriter body)
    {
        FlushResult flush;
        do
        {
            flush = await body.FlushAsync();
        }
        while (flush.IsCanceled);
    }
}
