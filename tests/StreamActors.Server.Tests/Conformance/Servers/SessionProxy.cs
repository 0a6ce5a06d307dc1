using Microsoft.AspNetCore.Http;

namespace StreamActors.Server.Tests.Conformance.Servers;

/// <summary>A proxy that keeps every promise in the fewest lines; each broken one below it breaks one.</summary>
internal class SessionProxy(Uri model) : PlainProxy(model)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Turn> _turns = [];

    protected sealed override async Task AnswerAsync(HttpContext context)
    {
        if (context.Request.Headers["X-Session-Id"].ToString() is not { Length: > 0 } session)
        {
            await base.AnswerAsync(context);
            return;
        }

        var turn = new Turn(Leaving(context));
        var older = Take(session, turn);
        try
        {
            await PrepareAsync(older);
            await ForwardAsync(context, () => Begun(older), turn.Token);
        }
        catch (OperationCanceledException)
        {
            if (context.RequestAborted.IsCancellationRequested)
                LeftEarly(context);
            else
                await SupersededAsync(context);
        }
        finally
        {
            Leave(session, turn);
        }
    }

    /// <summary>Ends the request when its client leaves.</summary>
    protected virtual CancellationToken Leaving(HttpContext context) => context.RequestAborted;

    /// <summary>Before the new request goes to the model.</summary>
    protected virtual Task PrepareAsync(Turn? older) => older is null ? Task.CompletedTask : older.SupersedeAsync();

    /// <summary>The model has begun with the new request.</summary>
    protected virtual void Begun(Turn? older)
    {
    }

    protected virtual void LeftEarly(HttpContext context)
    {
    }

    protected virtual int SupersededStatus => StatusCodes.Status400BadRequest;

    protected virtual async Task SupersededAsync(HttpContext context)
    {
        if (context.Response.HasStarted)
        {
            context.Abort();
            return;
        }

        context.Response.StatusCode = SupersededStatus;
        await context.Response.WriteAsJsonAsync(new { error = new { message = "superseded", code = "superseded" } });
    }

    protected IReadOnlyList<Turn> AllTurns()
    {
        lock (_lock)
            return [.. _turns.Values];
    }

    private Turn? Take(string session, Turn turn)
    {
        lock (_lock)
        {
            var older = _turns.GetValueOrDefault(session);
            _turns[session] = turn;
            turn.Older = older;
            return older;
        }
    }

    private void Leave(string session, Turn turn)
    {
        lock (_lock)
        {
            if (_turns.GetValueOrDefault(session) == turn)
                _turns.Remove(session);
        }

        turn.IsOver();
    }
}
