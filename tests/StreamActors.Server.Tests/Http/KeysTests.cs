using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>A session belongs to the key that made it.</summary>
public class KeysTests(KeysTests.ServerWithKeys both) : IClassFixture<KeysTests.ServerWithKeys>
{
    public sealed class ServerWithKeys() : ServerWithUpstream(
        [("Auth:Mode", "Required"), ("Auth:Keys:alice:Sha256", Hash("key-a")), ("Auth:Keys:bob:Sha256", Hash("key-b").ToUpperInvariant())])
    {
        private static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer devkey")]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("")]
    public async Task Where_keys_are_required_only_configured_ones_count(string? authorization)
    {
        var answer = await Rejected.AssertAsync(both, 401, client => client.PostAsync(
            "/v1/chat/completions", ServerWithUpstream.Chat(), authorization is null ? "" : $"Authorization: {authorization}\r\n"));

        Assert.Equal("invalid_api_key", answer.Error.GetProperty("code").GetString());
        Assert.DoesNotContain("devkey", answer.Text);
    }

    [Fact]
    public async Task The_same_session_id_under_two_keys_is_two_sessions()
    {
        var (alice, aliceCall) = await AskAsync("key-a", "shared");
        var (bob, bobCall) = await AskAsync("key-b", "shared");
        using var _1 = alice;
        using var _2 = bob;

        await FinishAsync(aliceCall);
        await FinishAsync(bobCall);

        Assert.EndsWith("data: [DONE]\n\n", (await alice.ReadAnswerAsync()).Text);
        Assert.EndsWith("data: [DONE]\n\n", (await bob.ReadAnswerAsync()).Text);
        await Books.BalancedAsync(both.Server);
        Assert.Empty(both.Server.Log.Of("stream_cancelled"));
    }

    [Fact]
    public async Task Another_keys_stream_and_session_are_not_found_and_run_on()
    {
        var (client, call) = await AskAsync("key-a", "private");
        using var open = client;
        var (_, mine) = await CallAsync("key-a", HttpMethod.Get, "/v1/sessions/private");
        var trace = mine.GetProperty("trace").GetString();

        var (cancelled, error) = await CallAsync("key-b", HttpMethod.Post, $"/v1/streams/{trace}/cancel");
        var (deleted, _) = await CallAsync("key-b", HttpMethod.Delete, "/v1/sessions/private");
        var (seen, _) = await CallAsync("key-b", HttpMethod.Get, "/v1/sessions/private");
        var (_, list) = await CallAsync("key-b", HttpMethod.Get, "/v1/sessions");
        var (unknown, same) = await CallAsync("key-b", HttpMethod.Post, "/v1/streams/0123456789abcdef0123456789abcdef/cancel");

        Assert.Equal((404, 404, 404, 404), (cancelled, deleted, seen, unknown));
        Assert.Equal(same.GetRawText(), error.GetRawText());
        Assert.DoesNotContain("private", list.GetRawText());
        await FinishAsync(call);
        Assert.EndsWith("data: [DONE]\n\n", (await client.ReadAnswerAsync()).Text);
        (cancelled, _) = await CallAsync("key-b", HttpMethod.Post, $"/v1/streams/{trace}/cancel");
        Assert.Equal(404, cancelled);
        await Books.BalancedAsync(both.Server);
    }

    private async Task<(RawClient Client, UpstreamCall Call)> AskAsync(string key, string session)
    {
        var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/chat/completions", ServerWithUpstream.Chat(), $"Authorization: bearer {key}\r\nX-Session-Id: {session}\r\n");
        return (client, await both.Upstream.NextCallAsync());
    }

    private static async Task FinishAsync(UpstreamCall call)
    {
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Finish);
        await call.EndAsync();
    }

    private async Task<(int Status, JsonElement Body)> CallAsync(string key, HttpMethod method, string path)
    {
        using var request = new HttpRequestMessage(method, path) { Headers = { { "Authorization", $"Bearer {key}" } } };
        using var answer = await both.Server.Http.SendAsync(request);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }
}
