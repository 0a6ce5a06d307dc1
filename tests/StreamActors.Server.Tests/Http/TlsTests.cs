using System.Net;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Over TLS, by Kestrel's own settings, everything is as it is without.</summary>
public class TlsTests(TlsTests.ServerWithTls both) : IClassFixture<TlsTests.ServerWithTls>
{
    private static readonly TimeSpan AFewSeconds = TimeSpan.FromSeconds(5);

    public sealed class ServerWithTls() : ServerWithUpstream(TestCertificate.Endpoint());

    [Fact]
    public async Task A_stream_arrives_token_by_token_and_whole()
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        await call.EventAsync(Chunks.Finish);
        await call.EndAsync();

        var answer = await client.ReadAnswerAsync();

        Assert.Equal("https", both.Server.Address.Scheme);
        Assert.Equal((200, true), (answer.Status, answer.Finished));
        Assert.Equal([Chunks.Content("one"), Chunks.Finish, Chunks.Done], answer.Events.Select(e => e.Text));
    }

    [Fact]
    public async Task A_superseded_answer_has_its_last_frame_and_is_cut_every_time()
    {
        var (older, old) = await both.AskAsync(session: "tls");
        for (var round = 0; round < 50; round++)
        {
            await old.BeginEventsAsync();
            await old.EventAsync(Chunks.Content("one"));
            await older.ReadUntilAsync("one");

            var (newer, call) = await both.AskAsync(session: "tls");
            Assert.True(old.HasClosed);
            CutAnswerTests.AssertCut(await older.ReadAnswerAsync(), "registry_new_stream");
            older.Dispose();
            (older, old) = (newer, call);
        }

        older.Dispose();
        await Books.BalancedAsync(both.Server);
    }

    /// <summary>There Kestrel's own answer stands, without words; nothing goes out beside the encryption.</summary>
    [Fact]
    public async Task A_request_that_is_not_proper_HTTP_is_refused_and_logged()
    {
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.SendAsync("GET /v1/caf\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n");

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((400, true), (answer.Status, answer.Finished));
        Assert.Contains(" status=400 code=bad_request ", both.Server.Log.Of("request_rejected")[^1]);
    }

    [Fact]
    public async Task An_ordinary_client_sees_a_cut_answer_as_a_failure()
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = new StringContent(ServerWithUpstream.Chat()) };
        var asking = both.Server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        using var answer = await asking;
        await call.EndAsync();

        using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
        var failure = await Assert.ThrowsAsync<HttpIOException>(() => reader.ReadToEndAsync().WaitAsync(AFewSeconds));

        Assert.Equal(HttpRequestError.ResponseEnded, failure.HttpRequestError);
    }

    [Fact]
    public async Task A_client_that_leaves_ends_its_model_call()
    {
        var (client, call) = await both.AskAsync();
        client.Dispose();

        await call.Closed.WaitAsync(AFewSeconds);
        await Books.BalancedAsync(both.Server);
    }

    /// <summary>One that insists on HTTP/2 is refused; one that offers it gets HTTP/1.1.</summary>
    [Fact]
    public async Task Only_one_stream_goes_over_a_connection()
    {
        using var offering = await both.Server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/models")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        });
        await Assert.ThrowsAsync<HttpRequestException>(() => both.Server.Http.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/v1/models")
        {
            Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact,
        }));

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version11), (offering.StatusCode, offering.Version));
    }

    [Fact]
    public async Task Plain_addresses_may_be_https_with_the_default_certificate()
    {
        await using var server = await TestServer.StartAsync(
            ("Server:Urls", "https://127.0.0.1:0"),
            ("Kestrel:Certificates:Default:Path", TestCertificate.CertificateFile), ("Kestrel:Certificates:Default:KeyPath", TestCertificate.KeyFile));

        Assert.Equal("https", server.Address.Scheme);
        Assert.Contains("demo", await server.Http.GetStringAsync("/v1/models"));
    }
}
