using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace StreamActors.Server.Tests.Support;

/// <summary>
/// A reverse proxy that shows a server under a path and knows nothing of it, like one line of nginx: it strips the path, names its own
/// idea of a host, and says nothing of itself.
/// </summary>
public sealed class PathProxy : IAsyncDisposable
{
    private static readonly string[] NotPassedOn = ["Transfer-Encoding", "Connection", "Keep-Alive"];

    private readonly HttpClient _client = new(new SocketsHttpHandler { AllowAutoRedirect = false }) { Timeout = Timeout.InfiniteTimeSpan };
    private readonly WebApplication _app;
    private readonly ProxyOptions _options;

    private PathProxy(Uri server, ProxyOptions options)
    {
        _options = options;
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration();
        foreach (var (key, value) in options.Tls ? TestCertificate.Endpoint() : [("Kestrel:Endpoints:Http:Url", "http://127.0.0.1:0")])
            builder.Configuration[key] = value;
        builder.WebHost.ConfigureKestrel((context, kestrel) => kestrel.Configure(context.Configuration.GetSection("Kestrel")));
        _app = builder.Build();
        _app.Run(context => ServeAsync(context, server));
    }

    /// <summary>Its own address, without a path.</summary>
    public Uri Address => new(_app.Urls.First());

    public static async Task<PathProxy> StartAsync(Uri server, ProxyOptions? options = null)
    {
        var proxy = new PathProxy(server, options ?? new());
        await proxy._app.StartAsync();
        return proxy;
    }

    public async ValueTask DisposeAsync()
    {
        using var atOnce = new CancellationTokenSource(0);
        await _app.StopAsync(atOnce.Token);
        await _app.DisposeAsync();
        _client.Dispose();
    }

    private async Task ServeAsync(HttpContext context, Uri server)
    {
        if (!context.Request.Path.StartsWithSegments(_options.Path.TrimEnd('/'), out var rest))
        {
            context.Response.StatusCode = 404;
            await context.Response.WriteAsync("Nothing is shown here.");
            return;
        }

        var path = rest.HasValue ? rest.Value! : "/";
        if (_options.Instead is { } instead && await instead(context, path))
            return;
        try
        {
            await ForwardAsync(context, new Uri(server, path + context.Request.QueryString));
        }
        catch (Exception failure) when (failure is HttpRequestException or IOException or OperationCanceledException)
        {
            context.Abort();
        }
    }

    private async Task ForwardAsync(HttpContext context, Uri target)
    {
        using var message = new HttpRequestMessage(new HttpMethod(context.Request.Method), target);
        if (context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true)
            message.Content = new StreamContent(context.Request.Body);
        foreach (var (name, values) in context.Request.Headers)
        {
            if (!message.Headers.TryAddWithoutValidation(name, values.AsEnumerable()))
                message.Content?.Headers.TryAddWithoutValidation(name, values.AsEnumerable());
        }

        message.Headers.Host = _options.Host ?? (_options.KeepHost ? context.Request.Host.ToString() : target.Authority);
        foreach (var name in _options.Withheld)
            message.Headers.Remove(name);
        using var answer = await _client.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, context.RequestAborted);
        context.Response.StatusCode = (int)answer.StatusCode;
        foreach (var (name, values) in answer.Headers.Concat(answer.Content.Headers).Where(header => !NotPassedOn.Contains(header.Key)))
            context.Response.Headers[name] = values.ToArray();
        _options.Change?.Invoke(context);
        await using var body = await answer.Content.ReadAsStreamAsync(context.RequestAborted);
        await CopyAsync(body, context);
    }

    private async Task CopyAsync(Stream body, HttpContext context)
    {
        await context.Response.StartAsync(context.RequestAborted);
        var buffer = new byte[16 * 1024];
        while (await body.ReadAsync(buffer, context.RequestAborted) is > 0 and var read)
        {
            if (_options.HoldBack?.Invoke(context.Response) == true)
                continue;
            await context.Response.Body.WriteAsync(buffer.AsMemory(0, read), context.RequestAborted);
            await context.Response.Body.FlushAsync(context.RequestAborted);
        }
    }
}

/// <summary>What a proxy does to what it passes on.</summary>
public sealed record ProxyOptions
{
    /// <summary>The path it shows the server under.</summary>
    public string Path { get; init; } = "/";

    public bool Tls { get; init; }

    /// <summary>Whether it passes on the host it was asked by, rather than the server's.</summary>
    public bool KeepHost { get; init; }

    /// <summary>A host it says instead of either.</summary>
    public string? Host { get; init; }

    /// <summary>Headers of requests that it does not pass on.</summary>
    public IReadOnlyList<string> Withheld { get; init; } = [];

    /// <summary>Answers itself; true where it did. Is given the path without its own.</summary>
    public Func<HttpContext, string, Task<bool>>? Instead { get; init; }

    /// <summary>Changes the head of an answer.</summary>
    public Action<HttpContext>? Change { get; init; }

    /// <summary>Whether it keeps back the body of an answer.</summary>
    public Func<HttpResponse, bool>? HoldBack { get; init; }
}
