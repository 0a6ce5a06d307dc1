using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>The OpenAPI document says what the server has.</summary>
public class OpenApiTests
{
    /// <summary>HEAD is GET without the body, wherever it is.</summary>
    [Fact]
    public async Task The_document_names_every_route_and_no_other()
    {
        await using var server = await TestServer.StartAsync();
        var mapped = server.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>()
            .SelectMany(e => e.Metadata.GetRequiredMetadata<IHttpMethodMetadata>().HttpMethods.Where(method => method != "HEAD")
                .Select(method => $"{method} {e.RoutePattern.RawText!.Replace("{**", "{")}"));

        var named = Operations(await DocumentAsync(server)).Select(o => $"{o.Method} {o.Path}");

        Assert.Equal(mapped.Order(), named.Order());
    }

    [Fact]
    public async Task Every_reference_leads_somewhere_and_every_operation_is_described()
    {
        await using var server = await TestServer.StartAsync();
        var document = await DocumentAsync(server);

        Assert.StartsWith("3.1", document.GetProperty("openapi").GetString());
        Assert.All(References(document), reference => Assert.NotEqual(
            JsonValueKind.Undefined,
            reference.Split('/').Skip(1).Aggregate(document, (found, part) => found.TryGetProperty(part, out var next) ? next : default).ValueKind));
        Assert.All(Operations(document), o => Assert.NotEmpty(o.Operation.GetProperty("summary").GetString()!));
        Assert.All(Operations(document), o => Assert.True(o.Operation.GetProperty("responses").TryGetProperty("200", out _)));
        Assert.Distinct(Operations(document).Select(o => o.Operation.GetProperty("operationId").GetString()));
    }

    [Fact]
    public async Task The_examples_of_the_document_are_taken()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "5000"));
        foreach (var (_, path, operation) in Operations(await DocumentAsync(both.Server)).Where(o => o.Operation.TryGetProperty("requestBody", out _)))
        {
            var example = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");
            using var client = await RawClient.ConnectAsync(both.Server);
            await client.PostAsync(
                path, example.GetRawText(), path.StartsWith("/ops/", StringComparison.Ordinal) ? $"Authorization: Bearer {both.Server.OperatorKey}\r\n" : "");
            if (example.TryGetProperty("model", out var model) && model.GetString() == "m")
                await (await both.Upstream.NextCallAsync()).AnswerAsync("400 Bad Request", """{"error":{"message":"seen"}}""");

            var answer = await client.ReadAnswerAsync();

            Assert.True(answer.Status == 200 || answer.Text.Contains("\"seen\"", StringComparison.Ordinal), $"{path}: {answer.Text}");
        }
    }

    [Fact]
    public async Task The_page_tells_all_of_it_and_takes_nothing_from_elsewhere()
    {
        await using var server = await TestServer.StartAsync();
        using var answer = await server.Http.GetAsync("/openapi");
        var page = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/html; charset=utf-8", answer.Content.Headers.ContentType!.ToString());
        Assert.All(Operations(await DocumentAsync(server)), o => Assert.Contains($"<code>{o.Method} {o.Path}</code>", page));
        Assert.DoesNotMatch("<script|src=|href=|url\\(|@import", page);
        Assert.Contains("default-src 'none'", Assert.Single(answer.Headers.GetValues("Content-Security-Policy")));
    }

    private static async Task<JsonElement> DocumentAsync(TestServer server) =>
        JsonElement.Parse(await server.Http.GetByteArrayAsync("/openapi/v1.json"));

    private static IEnumerable<(string Method, string Path, JsonElement Operation)> Operations(JsonElement document) =>
        document.GetProperty("paths").EnumerateObject().SelectMany(path =>
            path.Value.EnumerateObject().Select(o => (o.Name.ToUpperInvariant(), path.Name, o.Value)));

    private static IEnumerable<string> References(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(p => p.Name == "$ref" ? [p.Value.GetString()!] : References(p.Value)),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(References),
        _ => [],
    };
}
