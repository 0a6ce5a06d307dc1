using System.Net;
using StreamActors.Server.Tests.Clients;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Nginx;

/// <summary><c>config/nginx.conf</c> in the real nginx: what it says of a request, what it passes on and what not.</summary>
[Collection(NginxTests.Name)]
public sealed class ShippedSiteTests(NginxStage stage) : IDisposable
{
    private readonly HttpClient _http = new(TestCertificate.Trusting()) { Timeout = TimeSpan.FromSeconds(30) };

    public static TheoryData<string> Ways => [.. Shipped.Select(way => way.Name)];

    private static IEnumerable<NginxWay> Shipped => NginxWay.All.Where(way => way.More is null);

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_server_knows_the_address_that_the_client_knows(string way)
    {
        using var index = await _http.GetAsync($"{stage.AddressOf(way)}/");

        Assert.Contains($"curl -N {stage.AddressOf(way)}/v1/chat/completions", await index.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task What_is_for_this_machine_alone_is_not_passed_on(string way)
    {
        foreach (var path in new[] { "/metrics", "/Metrics", "/ops/v1/stats", "/OPS/v1/stats", "/ops" })
        {
            using var answer = await _http.GetAsync(stage.AddressOf(way) + path);
            Assert.Equal((HttpStatusCode.NotFound, "text/html"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        }
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task The_address_in_the_log_is_the_clients_whatever_it_says_itself(string way)
    {
        var server = stage.Stage.Both.Server;
        server.Log.Forget();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{stage.AddressOf(way)}/v1/chat/completions") { Content = new StringContent("{") };
        request.Headers.Add("X-Forwarded-For", "203.0.113.9");
        request.Headers.Add("X-Forwarded-Prefix", "/elsewhere");
        request.Headers.Add("Forwarded", "for=203.0.113.9");

        using var answer = await _http.SendAsync(request);

        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(" client=127.0.0.1", Assert.Single(server.Log.Of("request_rejected")));
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_body_that_is_too_large_is_refused_by_the_server_in_its_words(string way)
    {
        using var answer = await _http.PostAsync(
            $"{stage.AddressOf(way)}/v1/chat/completions", new StringContent(ServerWithUpstream.Chat(prompt: new string('x', 40 * 1024 * 1024))));

        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("\"body_too_large\"", await answer.Content.ReadAsStringAsync());
    }

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task A_prompt_of_three_mebibytes_is_answered(string way)
    {
        var asking = _http.PostAsync(
            $"{stage.AddressOf(way)}/v1/chat/completions", new StringContent(ServerWithUpstream.Chat(stream: false, new string('x', 3 * 1024 * 1024))));
        await (await stage.Stage.Both.Upstream.NextCallAsync()).AnswerAsync();

        using var answer = await asking;

        Assert.Contains(ClientScripts.Text, await answer.Content.ReadAsStringAsync());
    }

    public void Dispose() => _http.Dispose();
}
