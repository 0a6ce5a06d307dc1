using System.Text;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>HEAD, by which monitors look whether something is there.</summary>
public class HeadTests(HeadTests.Server head) : IClassFixture<HeadTests.Server>
{
    private static readonly string[] Varying = ["Date", "Content-Length"];

    public sealed class Server() : ServerWithUpstream([Keys.Of("alice", "key-a"), ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo")]);

    [Theory]
    [InlineData("/")]
    [InlineData("/", "Accept: text/html")]
    [InlineData("/index.html")]
    [InlineData("/js/main.js")]
    [InlineData("/healthz")]
    [InlineData("/readyz")]
    [InlineData("/openapi")]
    [InlineData("/openapi/v1.json")]
    [InlineData("/v1/models")]
    [InlineData("/v1/models/")]
    [InlineData("/v1/models/demo")]
    [InlineData("/v1/models/unknown")]
    [InlineData("/v1/sessions")]
    [InlineData("/v1/sessions/unknown")]
    [InlineData("/api/version")]
    [InlineData("/api/tags")]
    [InlineData("/api/ps")]
    [InlineData("/v1/models", "Authorization: Bearer wrong")]
    [InlineData("/v1/chat/completions")]
    [InlineData("/nothing")]
    public async Task HEAD_is_GET_without_the_body(string path, string header = "X-None: none")
    {
        var get = await AskAsync("GET", path, header);
        var head = await AskAsync("HEAD", path, header);

        Assert.Equal(get.Status, head.Status);
        Assert.Equal(Headers(get), Headers(head));
        // An error may name the method.
        if (get.Status == 200)
            Assert.Equal(get.Header("Content-Length"), head.Header("Content-Length"));
        Assert.NotNull(head.Header("Content-Length"));
        Assert.NotEmpty(get.Body);
    }

    /// <summary>Their bodies are never the same twice, or never end.</summary>
    [Theory]
    [InlineData("/metrics", "text/plain")]
    [InlineData("/v1/board", "text/event-stream")]
    public async Task HEAD_answers_at_once_where_the_body_goes_on(string path, string type)
    {
        var answer = await AskAsync("HEAD", path, "X-None: none");

        Assert.Equal(200, answer.Status);
        Assert.StartsWith(type, answer.Header("Content-Type"));
    }

    [Fact]
    public void Wherever_GET_is_there_is_HEAD()
    {
        var reads = head.Server.Services.GetRequiredService<EndpointDataSource>().Endpoints
            .Select(e => e.Metadata.GetMetadata<IHttpMethodMetadata>()?.HttpMethods).Where(m => m?.Contains("GET") == true).ToList();

        Assert.NotEmpty(reads);
        Assert.All(reads, methods => Assert.Contains("HEAD", methods!));
    }

    /// <summary>A second request on the connection shows that nothing of a body came after the first answer.</summary>
    private async Task<RawAnswer> AskAsync(string method, string path, string header)
    {
        using var client = await RawClient.ConnectAsync(head.Server);
        await client.SendAsync(Encoding.ASCII.GetBytes($"{method} {path} HTTP/1.1\r\nHost: localhost\r\n{header}\r\n\r\n"));
        if (method == "GET")
            return await client.ReadAnswerAsync();
        await client.SendAsync("GET /api/version HTTP/1.1\r\nHost: localhost\r\n\r\n");
        await client.ReadUntilAsync("\"version\"");
        var received = client.Received;
        var end = received.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        Assert.StartsWith("HTTP/1.1 200 OK", received[(end + 4)..]);
        return new RawAnswer(received[..end], [], Finished: true);
    }

    private static IEnumerable<string> Headers(RawAnswer answer) =>
        answer.Head.Split("\r\n").Skip(1).Where(line => !Varying.Any(name => line.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))).Order();
}
