using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace StreamActors.Benchmarks.Gateways.Peers;

/// <summary>HttpClient's answer copied to Kestrel's writer, read by read: what anybody would write by hand.</summary>
internal static class RawPeer
{
    private const int BufferBytes = 8 * 1024;

    public static void Map(WebApplication app, Uri upstream)
    {
        var http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ActivityHeadersPropagator = null,
            MaxResponseDrainSize = 0,
        });
        app.Run(context => CopyAsync(http, new Uri(upstream, context.Request.Path), context));
    }

    private static async Task CopyAsync(HttpMessageInvoker http, Uri target, HttpContext context)
    {
        using var request = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (context.Request.ContentLength > 0)
        {
            request.Content = new StreamContent(context.Request.Body);
            request.Content.Headers.ContentLength = context.Request.ContentLength;
            request.Content.Headers.TryAddWithoutValidation("Content-Type", context.Request.ContentType);
        }

        using var response = await http.SendAsync(request, context.RequestAborted);
        context.Response.StatusCode = (int)response.StatusCode;
        context.Response.ContentType = response.Content.Headers.ContentType?.ToString();
        context.Response.ContentLength = response.StatusCode == HttpStatusCode.OK ? response.Content.Headers.ContentLength : null;
        await using var body = await response.Content.ReadAsStreamAsync(context.RequestAborted);
        var writer = context.Response.BodyWriter;
        int read;
        do
        {
            read = await body.ReadAsync(writer.GetMemory(BufferBytes), context.RequestAborted);
            writer.Advance(read);
            await writer.FlushAsync(context.RequestAborted);
        }
        while (read > 0);
    }
}
