using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Whose key goes to the model server.</summary>
public class PassCallerKeyTests
{
    private const string CallersKey = "sk-of-the-caller";
    private static readonly (string Key, string Value)[] Settings = [Keys.Of("alice", CallersKey), ("Backends:up:ApiKey", "sk-of-the-server")];
    private static readonly (string Key, string Value)[] Passing = [.. Settings, ("Backends:up:PassCallerKey", "true")];

    [Fact]
    public async Task A_callers_key_stays_here_unless_it_is_to_be_passed()
    {
        await using var both = await ServerWithUpstream.StartAsync(Settings);

        Assert.Equal("Bearer sk-of-the-server", await SentAsync(both, CallersKey));
    }

    [Fact]
    public async Task Passed_it_takes_the_place_of_the_servers_and_nothing_logs_it()
    {
        await using var both = await ServerWithUpstream.StartAsync(Passing);

        Assert.Equal($"Bearer {CallersKey}", await SentAsync(both, CallersKey));
        await Books.BalancedAsync(both.Server);
        Assert.DoesNotContain(both.Server.Log.All, line => line.Contains("sk-", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("devkey")]
    public async Task Who_has_no_key_of_his_own_passes_none(string? key)
    {
        await using var both = await ServerWithUpstream.StartAsync(Passing);

        Assert.Equal("Bearer sk-of-the-server", await SentAsync(both, key));
    }

    [Theory]
    [InlineData("401 Unauthorized", 401)]
    [InlineData("403 Forbidden", 403)]
    public async Task A_model_server_that_does_not_take_it_says_so_to_the_caller(string status, int seen)
    {
        await using var both = await ServerWithUpstream.StartAsync(Passing);

        var own = await RefuseAsync(both, CallersKey, status);
        var servers = await RefuseAsync(both, "devkey", status);

        Assert.Equal((seen, "backend_error"), (own.Status, own.Error.GetProperty("code").GetString()));
        Assert.Equal("Incorrect API key provided: [hidden]", own.Error.GetProperty("message").GetString());
        Assert.Equal((502, "backend_auth"), (servers.Status, servers.Error.GetProperty("code").GetString()));
        Assert.DoesNotContain("sk-", own.Text + servers.Text);
    }

    private static async Task<RawAnswer> RefuseAsync(ServerWithUpstream both, string key, string status)
    {
        var (client, call) = await both.AskAsKeyAsync(key, session: null);
        using var _ = client;
        await call.AnswerAsync(status, """{"error":{"message":"Incorrect API key provided: sk-of-the-caller"}}""");
        return await client.ReadAnswerAsync();
    }

    private static async Task<string> SentAsync(ServerWithUpstream both, string? key)
    {
        var (client, call) = key is null ? await both.AskAsync() : await both.AskAsKeyAsync(key, session: null);
        client.Dispose();
        return Assert.Single(call.Head.Split("\r\n"), line => line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase))["Authorization:".Length..].Trim();
    }
}
