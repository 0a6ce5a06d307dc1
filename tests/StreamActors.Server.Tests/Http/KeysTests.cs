using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>A session belongs to the key that made it.</summary>
public class KeysTests(KeysTests.ServerWithKeys both) : IClassFixture<KeysTests.ServerWithKeys>
{
    public sealed class ServerWithKeys() : ServerWithUpstream(
        [.. Keys.Required, Keys.Of("alice", "key-a"), ("Auth:Keys:bob:Sha256", Keys.Hash("key-b").ToUpperInvariant())]);

    [Theory]
    [InlineData(null)]
    [InlineData("Bearer devkey")]
    [InlineData("Bearer wrong")]
    [InlineData("Bearer ")]
    [InlineData("")]
    [InlineData("Basic a2V5LWE=")]
    [InlineData("Bearer key-a key-a")]
    [InlineData("Bearer key-a\r\nAuthorization: Bearer key-b")]
    public async Task Where_keys_are_required_only_configured_ones_count(string? authorization)
    {
        var answer = await Rejected.AssertAsync(both, 401, client => client.PostAsync(
            "/v1/chat/completions", ServerWithUpstream.Chat(), authorization is null ? "" : $"Authorization: {authorization}\r\n"));

        Assert.Equal("invalid_api_key", answer.Error.GetProperty("code").GetString());
        Assert.Equal(("Bearer", "false"), (answer.Header("WWW-Authenticate"), answer.Header("x-should-retry")));
        Assert.DoesNotContain("devkey", answer.Text);
        Assert.EndsWith(" owner=- client=127.0.0.1", both.Server.Log.Of("request_rejected")[^1]);
        Assert.DoesNotContain(both.Server.Log.All, line => line.Contains("wrong") || line.Contains("key-"));
    }

    [Theory]
    [InlineData("GET", "/v1/models")]
    [InlineData("GET", "/v1/sessions")]
    [InlineData("GET", "/v1/sessions/private")]
    [InlineData("DELETE", "/v1/sessions/private")]
    [InlineData("POST", "/v1/streams/0123456789abcdef0123456789abcdef/cancel")]
    [InlineData("GET", "/V1/sessions")]
    [InlineData("GET", "/v1%2fsessions")]
    [InlineData("GET", "/v1/nothing")]
    [InlineData("GET", "/api/tags")]
    public async Task Every_endpoint_wants_a_key(string method, string path)
    {
        var (status, body) = await both.Server.CallAsKeyAsync("wrong", new HttpMethod(method), path);

        Assert.Equal(path.Contains("%2f") ? 404 : 401, status);
        Assert.Contains("\"error\"", body.GetRawText());
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
        Assert.Equal(["owner=alice", "owner=bob"], both.Server.Log.Of("stream_accepted").TakeLast(2).Select(line => line.Split(' ')[^2]));
    }

    /// <summary>Each key replaces, ends and sees its own, while the other's of the same name runs on.</summary>
    [Fact]
    public async Task What_one_key_does_to_a_session_leaves_its_namesake_alone()
    {
        var (alice, aliceCall) = await AskAsync("key-a", "same");
        using var _1 = alice;
        var (older, olderCall) = await AskAsync("key-b", "same");
        using var _2 = older;
        var (newer, newerCall) = await AskAsync("key-b", "same");
        using var _3 = newer;
        Assert.Equal((true, false), (olderCall.HasClosed, aliceCall.HasClosed));

        var (_, seenByAlice) = await CallAsync("key-a", HttpMethod.Get, "/v1/sessions/same");
        var (_, seenByBob) = await CallAsync("key-b", HttpMethod.Get, "/v1/sessions/same");
        var (deleted, _) = await CallAsync("key-b", HttpMethod.Delete, "/v1/sessions/same");

        Assert.NotEqual(seenByAlice.GetProperty("trace").GetString(), seenByBob.GetProperty("trace").GetString());
        Assert.Equal((200, true, false), (deleted, newerCall.HasClosed, aliceCall.HasClosed));
        await FinishAsync(aliceCall);
        Assert.EndsWith("data: [DONE]\n\n", (await alice.ReadAnswerAsync()).Text);
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task A_caller_without_a_key_is_a_stranger_to_those_with_one()
    {
        await using var local = await ServerWithUpstream.StartAsync(Keys.Of("alice", "key-a"));
        var (client, call) = await local.AskAsKeyAsync("key-a", "mine");
        using var _ = client;
        var (_, mine) = await local.Server.CallAsKeyAsync("key-a", HttpMethod.Get, "/v1/sessions/mine");
        var trace = mine.GetProperty("trace").GetString();

        foreach (var stranger in new[] { null, "devkey" })
        {
            Assert.Equal(404, (await local.Server.CallAsKeyAsync(stranger, HttpMethod.Get, "/v1/sessions/mine")).Status);
            Assert.Equal(404, (await local.Server.CallAsKeyAsync(stranger, HttpMethod.Delete, "/v1/sessions/mine")).Status);
            Assert.Equal(404, (await local.Server.CallAsKeyAsync(stranger, HttpMethod.Post, $"/v1/streams/{trace}/cancel")).Status);
            Assert.Empty((await local.Server.CallAsKeyAsync(stranger, HttpMethod.Get, "/v1/sessions")).Body.GetProperty("data").EnumerateArray());
        }

        var (namesake, _) = await local.AskAsync(session: "mine");
        namesake.Dispose();
        Assert.False(call.HasClosed);
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

    private Task<(int Status, JsonElement Body)> CallAsync(string key, HttpMethod method, string path) => both.Server.CallAsKeyAsync(key, method, path);
}
