using System.IO.Pipelines;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary>Lends one request's response to an <see cref="OpenResponse"/>.</summary>
/// <param name="context">The request.</param>
/// <param name="eventStream">Whether the answer is a stream of events.</param>
/// <param name="tooSlow">Called when the client takes no data.</param>
internal sealed class KestrelEndpoint(HttpContext context, bool eventStream, Action tooSlow) : IResponseEndpoint
{
    public PipeWriter Begin()
    {
        var response = context.Response;
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = eventStream ? "text/event-stream" : "application/json";
        if (eventStream)
        {
            response.Headers.CacheControl = "no-cache, no-store";
            response.Headers["X-Accel-Buffering"] = "no";
        }

        return response.BodyWriter;
    }

    public void ReportTooSlow() => tooSlow();
}
