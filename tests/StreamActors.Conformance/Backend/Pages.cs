namespace StreamActors.Conformance.Backend;

/// <summary>The endpoints that are answered at once.</summary>
internal sealed class Pages(Record record)
{
    private static readonly byte[] Models = HttpResponse.Json(
        200, """{"object":"list","data":[{"id":"instrumented","object":"model","created":0,"owned_by":"tests"}]}"""u8);

    private static readonly byte[] Tags = HttpResponse.Json(
        200, """{"models":[{"name":"instrumented:latest","model":"instrumented:latest","modified_at":"2026-01-01T00:00:00Z","size":1,"digest":"0","details":{"format":"gguf","family":"tests"}}]}"""u8);

    public byte[] Answer(HttpRequest request, int openConnections)
    {
        switch (request.Method, request.Path)
        {
            case ("GET", "/v1/models"):
                return Models;
            case ("GET", "/api/tags"):
                return Tags;
            case ("GET", "/_record"):
                var query = request.Query.Split('&');
                var page = HttpResponse.Json(200, writer => record.Write(writer, openConnections, withEvents: !query.Contains("events=0")));
                if (query.Contains("take=1"))
                {
                    record.ForgetEvents();
                }

                return page;
            case ("POST", "/_reset"):
                record.Reset();
                return HttpResponse.Json(200, """{"reset":true}"""u8);
            default:
                return HttpResponse.Error(404, $"no such endpoint: {request.Method} {request.Path}");
        }
    }
}
