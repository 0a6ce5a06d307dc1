using System.Net.Http.Headers;
using Microsoft.Extensions.FileProviders;

namespace StreamActors.Server.Http.Page;

/// <summary>
/// The page: plain files inside this assembly. <c>GET /</c> is the page for clients that prefer HTML, which browsers say and
/// command lines do not. No key is needed for them; what they call asks for one.
/// </summary>
internal static class PageFiles
{
    private const string Html = "text/html";

    private static readonly EmbeddedFileProvider Embedded = new(typeof(PageFiles).Assembly, "page");

    private static readonly string Policy = PagePolicy.Of(Embedded.GetFileInfo("index.html"));

    private static readonly StaticFileOptions Files = new()
    {
        FileProvider = Embedded,
        OnPrepareResponse = file =>
        {
            var headers = file.Context.Response.Headers;
            // Asked for again each time, and answered 304 while it is the same.
            headers.CacheControl = "no-cache";
            headers.ContentSecurityPolicy = Policy;
            headers.XContentTypeOptions = "nosniff";
            headers["Referrer-Policy"] = "no-referrer";
        },
    };

    /// <summary>Before routing: sends clients that prefer HTML to the page.</summary>
    public static IApplicationBuilder UsePageAtRoot(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.Request.Path == "/")
        {
            context.Response.Headers.Vary = "Accept";
            if ((HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method)) && WantsHtml(context.Request))
                context.Request.Path = "/index.html";
        }

        return next(context);
    });

    /// <summary>
    /// Serves the files, before the gate: they hold nothing of anybody's, and a page whose calls are refused for their host or
    /// origin can say so only if it is there.
    /// </summary>
    public static IApplicationBuilder UsePageFiles(this IApplicationBuilder app) => app.UseStaticFiles(Files);

    private static bool WantsHtml(HttpRequest request)
    {
        var asked = request.Headers.Accept.ToString().Split(',')
            .Select(part => MediaTypeWithQualityHeaderValue.TryParse(part, out var type) ? type : null).OfType<MediaTypeWithQualityHeaderValue>().ToList();
        return Quality(Html) is > 0 and var html && html >= Quality("text/plain");

        double Quality(string type) => asked.Where(a => type.Equals(a.MediaType, StringComparison.OrdinalIgnoreCase)).Select(a => a.Quality ?? 1).DefaultIfEmpty(0).Max();
    }
}
