using System.Text.Json;

namespace StreamActors.Server.Http;

/// <summary><c>GET /openapi/v1.json</c>: what this server takes and answers, for programs. <c>GET /openapi</c>: the same to read.</summary>
internal static class OpenApiEndpoint
{
    private static readonly byte[] Document = Read();
    private static readonly string Page = OpenApiPage.Of(JsonElement.Parse(Document));

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapRead("/openapi/v1.json", () => Results.Bytes(Document, "application/json"));
        routes.MapRead("/openapi", (HttpContext context) =>
        {
            context.Response.Headers.ContentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'";
            return Results.Text(Page, "text/html; charset=utf-8");
        });
    }

    private static byte[] Read()
    {
        using var resource = typeof(OpenApiEndpoint).Assembly.GetManifestResourceStream("openapi.json")!;
        using var bytes = new MemoryStream();
        resource.CopyTo(bytes);
        return bytes.ToArray();
    }
}
