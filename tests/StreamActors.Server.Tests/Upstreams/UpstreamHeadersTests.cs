using System.Text;
using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>Which headers reach the model server.</summary>
public class UpstreamHeadersTests
{
    private const string Callers = "HTTP-Referer: https://app.example\r\nX-Title: App\r\nOpenAI-Organization: org-1\r\nCookie: c=1\r\nX-Twice: a\r\nX-Twice: b\r\nUser-Agent: tool/1\r\n";

    public static TheoryData<string, string, bool, string> Asked => new()
    {
        { "OpenAiCompatible", "/v1/chat/completions", true, "text/event-stream, application/x-ndjson, application/json" },
        { "OpenAiCompatible", "/v1/chat/completions", false, "application/json" },
        { "OpenAiCompatible", "/v1/completions", true, "text/event-stream, application/x-ndjson, application/json" },
        { "OpenAiCompatible", "/v1/embeddings", false, "application/json" },
        { "Ollama", "/v1/chat/completions", true, "text/event-stream, application/x-ndjson, application/json" },
        { "Ollama", "/v1/chat/completions", false, "application/json" },
    };

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task By_default_the_servers_own_and_none_of_the_callers(string type, string path, bool stream, string accept)
    {
        var head = await HeadAsync(path, stream, ("Backends:up:Type", type));

        Assert.Matches("\r\nUser-Agent: StreamActors/[0-9]+\\.[0-9.]+\r\n", head);
        Assert.Contains($"\r\nAccept: {accept}\r\n", head);
        Assert.Contains("\r\nAccept-Encoding: identity\r\n", head);
        Assert.DoesNotMatch("(?i)\r\n(http-referer|x-title|openai-organization|cookie|x-twice|authorization):", head);
    }

    [Theory]
    [MemberData(nameof(Asked))]
    public async Task Configured_ones_and_the_callers_that_are_listed(string type, string path, bool stream, string accept)
    {
        var head = await HeadAsync(
            path, stream,
            ("Backends:up:Type", type), ("Backends:up:Headers:X-Title", "Ours"), ("Backends:up:Headers:api-key", " secret "), ("Backends:up:Headers:User-Agent", "Mine/2"),
            ("Backends:up:Headers:Host", "models.example"), ("Backends:up:PassHeaders", "HTTP-Referer, x-title, X-Twice, X-Absent"));

        Assert.Contains($"\r\nAccept: {accept}\r\n", head);
        AssertOnce(head, "HTTP-Referer", "https://app.example");
        AssertOnce(head, "x-title", "App");
        AssertOnce(head, "X-Twice", "a, b|a,b");
        AssertOnce(head, "api-key", "secret");
        AssertOnce(head, "User-Agent", "Mine/2");
        AssertOnce(head, "Host", "models\\.example");
        Assert.DoesNotMatch("(?i)\r\n(openai-organization|cookie|x-absent):", head);
    }

    [Fact]
    public async Task A_configured_header_stands_where_the_caller_sends_none()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:Headers:X-Title", "Ours"), ("Backends:up:PassHeaders:0", "X-Title"));
        var (client, call) = await both.AskAsync();

        AssertOnce(call.Head, "X-Title", "Ours");
        client.Dispose();
    }

    [Theory]
    [InlineData(new byte[] { (byte)'Z', 0xc3, 0xbc, (byte)'r', 0xe2, 0x82, 0xac })] // UTF-8
    [InlineData(new byte[] { (byte)'Z', 0xfc, (byte)'r' })] // Latin-1
    public async Task A_callers_header_goes_on_byte_by_byte(byte[] value)
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:PassHeaders", "X-Title"));
        using var client = await RawClient.ConnectAsync(both.Server);
        var body = Encoding.UTF8.GetBytes(ServerWithUpstream.Chat());
        await client.SendAsync(
            [.. Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\nX-Title: "), .. value, .. "\r\n\r\n"u8, .. body]);

        AssertOnce((await both.Upstream.NextCallAsync()).Head, "X-Title", Regex.Escape(Encoding.Latin1.GetString(value)));
    }

    [Theory]
    [InlineData("OpenAiCompatible")]
    [InlineData("Ollama")]
    public async Task The_list_of_models_is_asked_for_with_the_configured_ones(string type)
    {
        await using var upstream = new RawUpstream();
        await using var server = await TestServer.StartAsync(
            ("Backends:up:Type", type), ("Backends:up:Url", $"{upstream.Address}?api-version=7"), ("Backends:up:Headers:api-key", "secret"));
        var asking = server.Http.GetAsync("/readyz");

        var call = await upstream.NextCallAsync();

        Assert.Matches("^GET /(v1/models|api/tags)\\?api-version=7 ", call.Head);
        AssertOnce(call.Head, "api-key", "secret");
        AssertOnce(call.Head, "Accept", "application/json");
        Assert.Contains("\r\nUser-Agent: StreamActors/", call.Head);
        await call.AnswerAsync("200 OK", """{"data":[],"models":[]}""");
        (await asking).Dispose();
    }

    [Fact]
    public async Task User_and_password_of_the_address_are_sent_as_Basic()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        await using var server = await TestServer.StartAsync(
            ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", both.Upstream.Url.Replace("http://", "http://us%40er:pa%3Ass@", StringComparison.Ordinal)),
            ("Backends:up:Models:0", "m"));
        using var client = await RawClient.PostChatAsync(server, ServerWithUpstream.Chat());

        AssertOnce((await both.Upstream.NextCallAsync()).Head, "Authorization", "Basic dXNAZXI6cGE6c3M=");
    }

    private static void AssertOnce(string head, string name, string value)
    {
        var lines = head.Split("\r\n").Where(line => line.StartsWith($"{name}:", StringComparison.OrdinalIgnoreCase)).ToList();
        Assert.Matches($"^{name}: ({value})$", Assert.Single(lines));
    }

    private static async Task<string> HeadAsync(string path, bool stream, params (string Key, string Value)[] settings)
    {
        await using var upstream = new RawUpstream();
        await using var server = await TestServer.StartAsync([("Backends:up:Url", upstream.Address), ("Backends:up:Models:0", "m"), .. settings]);
        using var client = await RawClient.ConnectAsync(server);
        var asked = path.EndsWith("embeddings", StringComparison.Ordinal) ? "\"input\":\"Hi\"" : $"\"prompt\":\"Hi\",\"stream\":{(stream ? "true" : "false")}";
        await client.PostAsync(path, $$"""{"model":"m",{{asked}}}""", Callers);
        return (await upstream.NextCallAsync()).Head;
    }
}
