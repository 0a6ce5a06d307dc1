using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Ollama;

/// <summary>A client of Ollama's that leaves ends its upstream connection, whatever that is doing.</summary>
public class OllamaDisconnectTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    [Theory]
    [InlineData("/api/chat", OllamaCalls.Chat, null)]
    [InlineData("/api/chat", OllamaCalls.Whole, null)]
    [InlineData("/api/generate", OllamaCalls.Generate, null)]
    [InlineData("/api/chat", OllamaCalls.Chat, "its-own")]
    public async Task Before_the_upstream_has_answered_anything(string path, string body, string? session)
    {
        var (client, call) = await both.AskOllamaAsync(body, session, path);

        await LeavesAsync(client, call);
    }

    [Fact]
    public async Task After_tool_calls_that_are_kept_for_the_end()
    {
        var (client, call) = await both.AskOllamaAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(RecordedStreams.All["tool calls over chunks"][0]);

        await LeavesAsync(client, call);
    }

    [Fact]
    public async Task In_the_middle_of_the_stream()
    {
        var (client, call) = await both.AskOllamaAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");

        await LeavesAsync(client, call);
    }

    private async Task LeavesAsync(RawClient client, UpstreamCall call)
    {
        client.Dispose();
        await call.Closed.WaitAsync(TimeSpan.FromSeconds(2));

        await Books.BalancedAsync(both.Server);
        Assert.Contains(" outcome=cancelled reason=client_disconnect ", both.Server.Log.Of("stream_end")[^1]);
        await Eventually.HoldsAsync(() => Assert.Equal(0, both.Upstream.OpenConnections));
    }
}
