using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Ollama;

/// <summary>Whatever an Ollama is doing, cancelling closes its connection at once.</summary>
public class OllamaCancelTests(ServerWithOllama both) : IClassFixture<ServerWithOllama>
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    /// <summary>What it is doing when the client leaves.</summary>
    private static readonly Dictionary<string, Func<UpstreamCall, RawClient, Task>> Moments = new()
    {
        ["before the headers"] = (_, _) => Task.CompletedTask,
        ["after the headers"] = (call, _) => call.BeginLinesAsync(),
        ["after a line without content"] = async (call, _) =>
        {
            await call.BeginLinesAsync();
            await call.LineAsync(RecordedLines.Content(""));
        },
        ["between two lines"] = async (call, client) =>
        {
            await call.BeginLinesAsync();
            await call.LineAsync(RecordedLines.Content("one"));
            await client.ReadUntilAsync("one");
        },
        ["within a line"] = async (call, client) =>
        {
            await call.BeginLinesAsync();
            await call.WriteAsync($"{RecordedLines.Content("one")}\n{{\"message\":");
            await client.ReadUntilAsync("one");
        },
    };

    public static TheoryData<string> Names => [.. Moments.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_client_that_leaves_closes_it(string moment)
    {
        var (client, call) = await both.AskAsync();
        await Moments[moment](call, client);
        client.Dispose();

        await call.Closed.WaitAsync(Bound);
        await Books.BalancedAsync(both.Server);
        Assert.Contains(" outcome=cancelled reason=client_disconnect ", both.Server.Log.Of("stream_end")[^1]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{\"message\":")]
    public async Task A_client_that_leaves_an_answer_that_is_not_streamed_closes_it(string sent)
    {
        var (client, call) = await both.AskAsync(stream: false);
        await call.SendAsync(sent);
        client.Dispose();

        await call.Closed.WaitAsync(Bound);
        await Books.BalancedAsync(both.Server);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_newer_prompt_is_sent_when_the_older_ones_connection_is_closed(string moment)
    {
        var (older, call) = await both.AskAsync(session: "same");
        using var _ = older;
        await Moments[moment](call, older);
        using var newer = await RawClient.PostChatAsync(both.Server, ServerWithUpstream.Chat(), "same");
        var next = await both.Upstream.NextCallAsync();
        Assert.True(call.HasClosed);

        await next.BeginLinesAsync();
        await next.LineAsync(RecordedLines.Content("new"));
        await next.LineAsync(RecordedLines.Done);
        await next.EndAsync();
        Assert.Equal(new OllamaAnswers("new", "", "", "stop"), OllamaAnswers.Of(await newer.ReadAnswerAsync()));
        var loser = await older.ReadAnswerAsync();
        Assert.Equal("registry_new_stream", (loser.Status == 200 ? loser.LastError : loser.Error).GetProperty("code").GetString());
        Assert.DoesNotContain("[DONE]", loser.Text);
        await Books.BalancedAsync(both.Server);
        Assert.DoesNotContain(both.Server.Log.All, line => line.Contains("prev_stream_timeout_on_cancel"));
    }
}
