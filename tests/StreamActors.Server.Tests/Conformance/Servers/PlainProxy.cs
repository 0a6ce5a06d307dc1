using Microsoft.AspNetCore.Http;

namespace StreamActors.Server.Tests.Conformance.Servers;

/// <summary>A proxy that knows no sessions. A client's leaving closes its request, and a broken answer is cut.</summary>
internal class PlainProxy(Uri model) : SmallServer
{
    private const int Piece = 16 * 1024;

    private readonly HttpClient _http = new(new SocketsHttpHandler { MaxResponseDrainSize = 0 })
    {
        BaseAddress = model,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    protected override async Task AnswerAsync(HttpContext context)
    {
        try
        {
            await ForwardAsync(context, () => { }, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            context.Abort();
        }
    }

    /// <param name="context">What to answer.</param>
    /// <param name="begun">Called when the model server has begun to answer.</param>
    /// <param name="cancellation">Closes the request to it.</param>
    protected async Task ForwardAsync(HttpContext context, Action begun, CancellationToken cancellation)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), context.Request.Path)
        {
            Content = new StreamContent(context.Request.Body),
        };
        using var answer = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        begun();
        context.Response.StatusCode = (int)answer.StatusCode;
        context.Response.ContentType = answer.Content.Headers.ContentType?.ToString();
        try
        {
            await CopyAsync(answer, context.Response, cancellation);
        }
        catch (HttpIOException)
        {
            await BrokenOffAsync(context);
        }
    }

    protected virtual Task BrokenOffAsync(HttpContext context)
    {
        context.Abort();
        return Task.CompletedTask;
    }

    private static async Task CopyAsync(HttpResponseMessage answer, HttpResponse response, CancellationToken cancellation)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        var piece = new byte[Piece];
        while (await body.ReadAsync(piece, cancellation) is > 0 and var length)
        {
            await response.Body.WriteAsync(piece.AsMemory(0, length), cancellation);
            await response.Body.FlushAsync(cancellation);
        }
    }
}
