using System.Net.Http.Json;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests;

public class StreamingTests
{
    [Fact]
    public async Task A_prompt_is_answered_as_a_stream_that_ends_with_done()
    {
        await using var server = await TestServer.StartAsync();

        using var answer = await server.Http.PostAsJsonAsync("/v1/chat/completions", new { prompt = "Hello", stream = true });
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal("text/event-stream", answer.Content.Headers.ContentType!.MediaType);
        Assert.EndsWith("data: [DONE]\n\n", text);
        await Eventually.HoldsAsync(() => Assert.Contains("outcome=completed", Assert.Single(server.Log.Of("stream_end"))));
    }
}
