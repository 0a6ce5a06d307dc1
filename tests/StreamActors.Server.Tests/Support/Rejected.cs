using System.Text.Json;

namespace StreamActors.Server.Tests.Support;

/// <summary>What holds of every request that is refused before anything starts.</summary>
public static class Rejected
{
    /// <summary>Sends it and checks status, shape, exactly one log line, and that nothing was started.</summary>
    public static async Task<RawAnswer> AssertAsync(ServerWithUpstream both, int status, Func<RawClient, Task> send)
    {
        var server = both.Server;
        var lines = server.Log.All.Count;
        var sessions = server.Sessions.Count;
        var connections = both.Upstream.Connections;
        using var client = await RawClient.ConnectAsync(server);

        await send(client);
        var answer = await client.ReadAnswerAsync();

        Assert.Equal((status, true), (answer.Status, answer.Finished));
        Assert.Equal("application/json", answer.Header("Content-Type"));
        Assert.Equal(["message", "type", "param", "code"], answer.Error.EnumerateObject().Select(p => p.Name));
        Assert.All(new[] { "message", "type", "code" }, name => Assert.NotEmpty(answer.Error.GetProperty(name).GetString()!));
        Assert.True(answer.Error.GetProperty("param").ValueKind is JsonValueKind.String or JsonValueKind.Null);
        Assert.DoesNotContain("   at ", answer.Text);

        var line = Assert.Single(server.Log.All.Skip(lines));
        Assert.Matches($"^[^ ]+ INF request_rejected method=[^ ]+ path=.* status={status} code={answer.Error.GetProperty("code").GetString()} param=", line);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain('\r', line);
        Assert.Equal(sessions, server.Sessions.Count);
        Assert.Equal(connections, both.Upstream.Connections);
        await Books.BalancedAsync(server);
        return answer;
    }
}
