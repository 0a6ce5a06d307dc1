using System.Text;
using StreamActors.Backends;
using StreamActors.Backends.Upstream;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>A connection that goes from one answer straight to a prompt that waits for one, and that the model server closes after that answer.</summary>
public class HandedOverConnectionTests
{
    [Theory]
    [InlineData("", false, true)]
    [InlineData("", true, true)]
    [InlineData("H", false, false)]
    [InlineData("HTTP/1.1 200 OK\r\n", true, false)]
    [InlineData("HTTP/1.1 100 Continue\r\n\r\n", false, false)]
    public async Task The_prompt_goes_out_once_more_only_where_not_a_byte_was_answered(string said, bool reset, bool again)
    {
        await using var upstream = new RawUpstream();
        using var http = Client(upstream);
        var first = AskAsync(http);
        var answered = await upstream.NextCallAsync();
        var second = AskAsync(http);
        await answered.AnswerAsync("200 OK", "{}");
        await first;
        var call = await upstream.NextCallAsync();
        Assert.Equal(1, upstream.Connections);

        if (said.Length > 0)
            await call.SendAsync(said);
        await (reset ? call.ResetAsync() : call.CloseAsync());

        if (again)
        {
            await (await upstream.NextCallAsync()).AnswerAsync("200 OK", "{}");
            await second;
        }
        else
        {
            await Assert.ThrowsAsync<BackendException>(() => second);
        }

        Assert.Equal(again ? 2 : 1, upstream.Connections);
        Assert.Empty(upstream.Rest());
    }

    /// <summary>One connection at a time, but for the fresh ones: the second prompt waits for the first one's.</summary>
    private static HttpClient Client(RawUpstream upstream)
    {
        var url = new Uri(upstream.Url);
        var address = UpstreamAddress.Of(url, UpstreamProtocol.OpenAi);
        return new HttpClient(new UpstreamHandler(
            pooled => new SocketsHttpHandler
            {
                MaxConnectionsPerServer = pooled ? 1 : int.MaxValue,
                PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(new UpstreamConnection(context.PlaintextStream)),
            },
            address,
            UpstreamProxy.OfEnvironment(),
            new UpstreamFailures(new UpstreamCauses("up", url.Scheme, TimeSpan.FromSeconds(5))),
            TimeProvider.System))
        {
            BaseAddress = address.Base,
        };
    }

    private static async Task AskAsync(HttpClient http)
    {
        using var message = UpstreamHttp.Prompt("chat/completions", Encoding.UTF8.GetBytes("{}"), request: null);
        using var response = await UpstreamHttp.AskAsync(http, message, default);
        await response.Content.LoadIntoBufferAsync();
    }
}
