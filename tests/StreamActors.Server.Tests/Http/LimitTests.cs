using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What a server or a backend takes at once.</summary>
public class LimitTests
{
    [Fact]
    public async Task Beyond_the_most_open_streams_a_prompt_gets_503_and_may_try_again()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Server:MaxStreams", "1"));
        var (client, call) = await both.AskAsync();
        using var _ = client;

        using var second = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat());
        var refused = await second.ReadAnswerAsync();

        Assert.Equal(503, refused.Status);
        Assert.Equal("too_many_streams", refused.Error.GetProperty("code").GetString());
        Assert.Equal("1", refused.Header("Retry-After"));
        Assert.False(call.HasClosed);
    }

    [Fact]
    public async Task Prompts_whose_bodies_came_slowly_and_all_at_once_are_no_more_than_may_be_open()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Server:MaxStreams", "3"));
        var body = ServerWithUpstream.Chat();
        var clients = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => RawClient.ConnectAsync(both.Server)));
        await Task.WhenAll(clients.Select(client => client.SendAsync(
            $"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\nContent-Length: {body.Length}\r\n\r\n")));
        await Task.WhenAll(clients.Select(client => client.ReadUntilAsync("100 Continue")));

        await Task.WhenAll(clients.Select(client => client.SendAsync(body)));

        await Eventually.HoldsAsync(() => Assert.Equal(17, both.Server.Log.Of("request_rejected").Count));
        Assert.Equal(3, both.Server.Responses.Count);
        foreach (var client in clients)
            client.Dispose();
    }

    [Fact]
    public async Task A_backend_that_is_full_gives_503_backend_busy_and_never_hears_of_it()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:MaxConcurrent", "1"), ("Backends:up:MaxWaiting", "0"));
        var (client, _) = await both.AskAsync();
        using var __ = client;

        using var second = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat());
        var refused = await second.ReadAnswerAsync();

        Assert.Equal(503, refused.Status);
        Assert.Equal("backend_busy", refused.Error.GetProperty("code").GetString());
        Assert.Equal(1, both.Upstream.Connections);
    }

    [Fact]
    public async Task An_unknown_model_is_told_a_hundred_known_ones_and_how_many_more_there_are()
    {
        var models = Enumerable.Range(0, 150).Select(i => ($"Backends:demo:Models:{i}", $"m{i}"));
        await using var server = await TestServer.StartAsync([("Backends:demo:Type", "Demo"), .. models]);

        using var client = await RawClient.PostChatAsync(server, """{"model":"other","prompt":"Hi"}""");
        var refused = await client.ReadAnswerAsync();

        Assert.Equal(404, refused.Status);
        Assert.EndsWith(", m98, m99 and 50 more.", refused.Error.GetProperty("message").GetString());
    }
}
