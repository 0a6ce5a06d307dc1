using Microsoft.AspNetCore.Http;

namespace StreamActors.Server.Tests.Conformance.Servers;

/// <summary>Starts the next request and only then ends the older ones.</summary>
internal sealed class OverlappingProxy(Uri model) : SessionProxy(model)
{
    protected override Task PrepareAsync(Turn? older) => Task.CompletedTask;

    protected override void Begun(Turn? older)
    {
        for (var turn = older; turn is not null; turn = turn.Older)
            _ = turn.SupersedeAsync();
    }
}

/// <summary>Ends a replaced answer as a whole one ends.</summary>
internal sealed class CompletingProxy(Uri model) : SessionProxy(model)
{
    protected override Task SupersededAsync(HttpContext context) =>
        context.Response.HasStarted ? context.Response.WriteAsync("data: [DONE]\n\n") : base.SupersededAsync(context);
}

/// <summary>Tells a replaced request so, and ends its body properly.</summary>
internal sealed class PoliteProxy(Uri model) : SessionProxy(model)
{
    protected override Task SupersededAsync(HttpContext context) => context.Response.HasStarted
        ? context.Response.WriteAsync("data: {\"error\":{\"message\":\"superseded\",\"code\":\"superseded\"}}\n\n")
        : base.SupersededAsync(context);
}

/// <summary>Refuses a replaced request with a status that official clients take for "try again".</summary>
internal sealed class ConflictProxy(Uri model) : SessionProxy(model)
{
    protected override int SupersededStatus => StatusCodes.Status409Conflict;
}

/// <summary>Does not pass a client's leaving on to the model server.</summary>
internal sealed class DeafProxy(Uri model) : SessionProxy(model)
{
    protected override CancellationToken Leaving(HttpContext context) => CancellationToken.None;
}

/// <summary>Ends everybody's answers when one session replaces one.</summary>
internal sealed class TramplingProxy(Uri model) : SessionProxy(model)
{
    protected override async Task PrepareAsync(Turn? older)
    {
        if (older is null)
            return;
        foreach (var other in AllTurns().Where(turn => turn.Older != older))
            _ = other.SupersedeAsync();
        await older.SupersedeAsync();
    }
}

/// <summary>Makes a clean end of an answer that the model server broke off.</summary>
internal sealed class TidyProxy(Uri model) : SessionProxy(model)
{
    protected override Task BrokenOffAsync(HttpContext context) => context.Response.WriteAsync("\n\ndata: [DONE]\n\n");
}

/// <summary>Once a client has left before its first byte, answers nobody any more.</summary>
internal sealed class WedgingProxy(Uri model) : SessionProxy(model)
{
    private volatile bool _wedged;

    protected override async Task PrepareAsync(Turn? older)
    {
        if (_wedged)
            await new TaskCompletionSource().Task;
        await base.PrepareAsync(older);
    }

    protected override void LeftEarly(HttpContext context) => _wedged |= !context.Response.HasStarted;
}

/// <summary>Takes requests and never says anything.</summary>
internal sealed class HangingServer : SmallServer
{
    protected override Task AnswerAsync(HttpContext context) => Task.Delay(Timeout.InfiniteTimeSpan, context.RequestAborted);
}
