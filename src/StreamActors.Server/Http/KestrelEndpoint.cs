using System.IO.Pipelines;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary>Lends one request's response to an <see cref="OpenResponse"/>.</summary>
/// <param name="context">The request.</param>
/// <param name="answer">How the answer is written.</param>
/// <param name="tooSlow">Called when the client takes no data.</param>
internal sealed class KestrelEndpoint(HttpContext context, IAnswerFormat answer, Action tooSlow) : IResponseEndpoint
{
    public PipeWriter Begin(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = answer.ContentType;
        response.Pass(headers);
        if (answer.Streamed)
        {
            response.Headers.CacheControl = "no-cache, no-store";
            response.Headers["X-Accel-Buffering"] = "no";
        }

        if (HttpProtocol.IsHttp10(context.Request.Protocol))
            LastBytes.EndIsReset(context);
        return response.BodyWriter;
    }

    public void ReportTooSlow() => tooSlow();
}
