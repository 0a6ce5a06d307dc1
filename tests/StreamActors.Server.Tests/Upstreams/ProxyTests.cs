using System.Net;
using StreamActors.Backends;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>A proxy stands between: what goes through it, and whose answer is whose.</summary>
public class ProxyTests
{
    private const string Page = "<html>blocked by the company's proxy</html>";

    [Fact]
    public async Task A_request_goes_through_it_whole()
    {
        await using var proxy = new RawUpstream();
        using var http = Client(proxy.Address, "http://models.example:8080/v1");
        var asking = AskAsync(http);

        var call = await proxy.NextCallAsync();

        Assert.StartsWith("GET http://models.example:8080/v1/models HTTP/1.1", call.Head);
        await call.AnswerAsync("200 OK", "{}");
        Assert.Null(await asking);
    }

    [Theory]
    [InlineData("http://models.example/v1", "403 Forbidden", "text/html", "answers 403 in place of Backends:up:Url")]
    [InlineData("http://models.example/v1", "502 Bad Gateway", "text/html; charset=utf-8", "answers 502 in place of Backends:up:Url")]
    [InlineData("http://models.example/v1", "503 Service Unavailable", "text/html", "answers 503 in place of Backends:up:Url")]
    [InlineData("http://models.example/v1", "407 Proxy Authentication Required", "text/plain", "put user and password into its address")]
    [InlineData("http://models.example/v1", "404 Not Found", "application/json", "The server at Backends:up:Url has no ")] // its own
    [InlineData("https://models.example/v1", "403 Forbidden", "text/html", "refused the way to Backends:up:Url (403)")]
    [InlineData("https://models.example/v1", "502 Bad Gateway", "text/html", "refused the way to Backends:up:Url (502)")]
    [InlineData("https://models.example/v1", "407 Proxy Authentication Required", "text/html", "put user and password into its address")]
    public async Task What_it_refuses_is_its_own(string url, string status, string type, string cause)
    {
        await using var proxy = new RawUpstream();
        using var http = Client(proxy.Address, url);
        var asking = AskAsync(http);
        await (await proxy.NextCallAsync()).AnswerAsync(status, Page, type);

        var failure = await asking;

        Assert.Equal(type == "application/json" ? EndReason.BackendError : EndReason.BackendUnreachable, failure!.Reason);
        Assert.Contains(cause, failure.Cause, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(403, 502)]
    [InlineData(404, 404)]
    [InlineData(407, 502)]
    [InlineData(502, 502)]
    [InlineData(524, 502)]
    public async Task A_page_that_comes_through_a_tunnel_is_the_servers(int status, int told)
    {
        var address = UpstreamAddress.Of(new Uri("https://models.example/v1"), UpstreamProtocol.OpenAi);
        var proxy = new UpstreamProxy(new WebProxy(new Uri("http://proxy.example:3128")), except: null);
        var failures = new UpstreamFailures(new UpstreamCauses("up", "https", TimeSpan.FromSeconds(5)));
        using var http = new UpstreamHttpClient("up", new UpstreamHandler(_ => new Pages((HttpStatusCode)status), address, proxy, failures, TimeProvider.System)) { BaseAddress = address.Base };

        var failure = await AskAsync(http);

        Assert.Equal((EndReason.BackendError, status, told), (failure!.Reason, failure.Status, failure.Fault!.Status));
        Assert.DoesNotContain("proxy", failure.Cause ?? "", StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("http://models.example/v1")]
    [InlineData("https://models.example/v1")]
    public async Task One_that_is_not_there_is_what_is_named(string url)
    {
        using var nobody = new RefusingAddress();
        using var http = Client(nobody.Url, url);

        Assert.Equal(
            "Nothing listens at the proxy that the environment names for Backends:up:Url: the connection was refused.", (await AskAsync(http))!.Cause);
    }

    [Fact]
    public async Task One_that_does_not_answer_is_waited_for_as_long_as_a_connection_may_take()
    {
        await using var proxy = new RawUpstream();
        using var http = Client(proxy.Address, "https://models.example/v1", connectTimeout: TimeSpan.FromSeconds(0.3));
        var asking = AskAsync(http);
        Assert.StartsWith("CONNECT models.example:443 HTTP/1.1", (await proxy.NextCallAsync()).Head);

        Assert.Equal(
            "No connection to the proxy that the environment names for Backends:up:Url was ready within Backends:up:ConnectTimeout (0.3 s).", (await asking)!.Cause);
    }

    [Theory]
    [InlineData("127.0.0.1", null)]
    [InlineData("localhost", null)]
    [InlineData("127.0.0.1", "other.example")]
    public async Task This_machine_is_asked_without_it(string host, string? except)
    {
        await using var upstream = new RawUpstream();
        using var proxy = new RefusingAddress();
        using var http = Client(proxy.Url, $"http://{host}:{new Uri(upstream.Url).Port}/v1", except);
        var asking = AskAsync(http);
        await (await upstream.NextCallAsync()).AnswerAsync("200 OK", "{}");

        Assert.Null(await asking);
    }

    private static HttpClient Client(string proxy, string url, string? except = null, TimeSpan? connectTimeout = null) => UpstreamClient.Create(
        "up", new Uri(url), UpstreamProtocol.OpenAi, new BackendOptions { ConnectTimeout = connectTimeout ?? TimeSpan.FromSeconds(5) }, new UpstreamProxy(new WebProxy(new Uri(proxy)), except));

    /// <summary>A connection on which every request is answered with a page.</summary>
    private sealed class Pages(HttpStatusCode status) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            Task.FromResult(new HttpResponseMessage(status) { RequestMessage = request, Content = new StringContent("<html><title>Oops</title></html>", null, "text/html") });
    }

    /// <summary>Asks for the models; null: it was answered.</summary>
    private static async Task<BackendException?> AskAsync(HttpClient http)
    {
        try
        {
            using var message = UpstreamHttp.Question("models");
            using var response = await UpstreamHttp.AskAsync(http, message, default);
            return null;
        }
        catch (BackendException failure)
        {
            return failure;
        }
    }
}
