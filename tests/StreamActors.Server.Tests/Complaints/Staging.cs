using System.Text.Json;
using StreamActors.Protocol;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>The steps from which the complaints are staged.</summary>
internal static class Staging
{
    /// <summary>Within this the model server must have seen the close of a stream that is not wanted any more.</summary>
    public static readonly TimeSpan Bound = TimeSpan.FromSeconds(2);

    /// <summary>Asks and waits until the client has the first token.</summary>
    public static async Task<(RawClient Client, UpstreamCall Call)> StreamingAsync(
        this ServerWithUpstream both, string? session = null, string token = "one")
    {
        var (client, call) = await both.AskAsync(session: session);
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content(token));
        await client.ReadUntilAsync(token);
        return (client, call);
    }

    /// <summary>Lets the model finish a stream that has begun.</summary>
    public static async Task FinishAsync(this UpstreamCall call)
    {
        await call.EventAsync(Chunks.Finish);
        await call.EventAsync(Chunks.Done);
        try
        {
            await call.EndAsync();
        }
        catch (Exception failure) when (UpstreamCall.IsClosed(failure))
        {
            // At [DONE] the server may have closed already.
        }
    }

    /// <summary>Lets the model give the whole answer, of one token.</summary>
    public static async Task AnswerAsync(this UpstreamCall call, string token)
    {
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content(token));
        await call.FinishAsync();
    }

    /// <summary>Asks the server for something that is not a chat.</summary>
    public static async Task<(int Status, JsonElement Body)> CallAsync(this TestServer server, HttpMethod method, string path)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var answer = await server.Http.SendAsync(new HttpRequestMessage(method, path), bound.Token);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(bound.Token)).RootElement);
    }

    /// <summary>Stops a stream; its receipt.</summary>
    public static async Task<(string Outcome, double TookMs)> StopAsync(this TestServer server, string trace)
    {
        var (status, receipt) = await server.CallAsync(HttpMethod.Post, $"/v1/streams/{trace}/cancel");
        Assert.Equal((200, trace), (status, receipt.GetProperty("trace").GetString()));
        return (receipt.GetProperty("outcome").GetString()!, receipt.GetProperty("took_ms").GetDouble());
    }

    /// <summary>The trace of what runs in a session, once something does.</summary>
    public static async Task<string> RunningAsync(this TestServer server, string session)
    {
        await Eventually.HoldsAsync(() => Assert.NotNull(server.View(session)?.Trace));
        return server.View(session)!.Trace!.Value.Value;
    }

    /// <summary>A session as it shows itself.</summary>
    public static StreamActors.Sessions.SessionView? View(this TestServer server, string session) =>
        server.Sessions.Find(new SessionKey("local", session));

    /// <summary>The trace in the head that the client has read.</summary>
    public static string TraceOf(RawClient client) => client.Received.Split("X-Trace-Id: ")[1][..32];

    /// <summary>The log's lines of one stream.</summary>
    public static IReadOnlyList<LogLine> Lines(this TestServer server, string trace) =>
        [.. server.Log.All.Select(LogLine.Parse).Where(line => line["trace"] == trace)];

    public static void AssertComplete(RawAnswer answer, string token)
    {
        Assert.Equal((200, true), (answer.Status, answer.Finished));
        Assert.Equal([Chunks.Content(token), Chunks.Finish, Chunks.Done], answer.Events.Select(e => e.Text));
    }
}
