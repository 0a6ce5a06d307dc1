using System.Net;
using Microsoft.AspNetCore.Http;
using StreamActors.Server.Http;
using StreamActors.Server.Http.Operators;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Operators;

/// <summary>Who may operate.</summary>
public class OperatorGateTests
{
    private const string Key = "op-of the test";

    [Theory]
    [InlineData("wrong")]
    [InlineData("devkey")]
    [InlineData("")]
    public async Task Without_the_operator_key_nobody_operates_and_the_key_is_no_API_key(string key)
    {
        await using var server = await TestServer.StartAsync();

        var (status, body) = await server.OperateAsync("stats", key: key);

        Assert.Equal((401, "invalid_operator_key"), (status, Operator.CodeOf(body)));
        Assert.Contains("request_rejected method=POST path=/ops/v1/commands status=401 code=invalid_operator_key", Assert.Single(server.Log.All));
        Assert.Equal(401, (await server.CallAsKeyAsync(server.OperatorKey, HttpMethod.Get, "/v1/sessions")).Status);
    }

    [Theory]
    [InlineData("Origin", "https://evil.example")]
    [InlineData("Origin", "null")]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "127.0.0.1.evil.example:8000")]
    [InlineData("X-Forwarded-For", "203.0.113.9")]
    [InlineData("Forwarded", "for=203.0.113.9")]
    [InlineData("Via", "1.1 proxy")]
    public async Task A_web_page_a_foreign_name_and_a_proxy_are_refused_though_they_have_the_key(string header, string value)
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(403, (await server.OperateAsync("drain on", headers: (header, value))).Status);
        Assert.Equal(200, (await server.OperateAsync("stats")).Status);
        Assert.False((await server.OperateAsync("drain")).Body.GetProperty("on").GetBoolean());
    }

    [Fact]
    public async Task A_page_that_may_call_and_the_servers_own_may_not_operate()
    {
        await using var server = await TestServer.StartAsync(("Server:AllowedOrigins:0", "https://chat.example"));

        foreach (var origin in new[] { "https://chat.example", server.Address.GetLeftPart(UriPartial.Authority) })
            Assert.Equal((403, "operator_not_local"), (await server.OperateAsync("stats", headers: ("Origin", origin))) is var (status, body) ? (status, Operator.CodeOf(body)) : default);
    }

    [Theory]
    [InlineData("127.0.0.1", true)]
    [InlineData("127.9.9.9", true)]
    [InlineData("::1", true)]
    [InlineData("::ffff:127.0.0.1", true)]
    [InlineData("192.168.1.2", false)]
    [InlineData("::ffff:192.168.1.2", false)]
    [InlineData("0.0.0.0", false)]
    [InlineData(null, false)]
    public void Only_the_address_of_the_connection_counts(string? address, bool answered)
    {
        var context = new DefaultHttpContext { Connection = { RemoteIpAddress = address is null ? null : IPAddress.Parse(address) } };
        context.Request.Host = new HostString("127.0.0.1", 8000);
        context.Request.Headers.Authorization = $"Bearer {Key}";
        var gate = new OperatorGate(Keys.Hash(Key), new OperatorKeyFile("/nowhere/operator.key"));

        if (answered)
            Assert.StartsWith("ops@", gate.Check(context));
        else
            Assert.Equal("operator_not_local", Assert.Throws<ApiException>(() => gate.Check(context)).Error.Code);
    }

    [Fact]
    public async Task With_a_configured_hash_its_key_is_the_one_and_no_file_is_made()
    {
        await using var server = await TestServer.StartAsync(("Operations:Sha256", Keys.Hash(Key)));

        Assert.False(Directory.Exists(Path.Combine(server.Folder, "logs")));
        Assert.Equal(200, (await server.OperateAsync("stats", key: Key)).Status);
        Assert.Equal(401, (await server.OperateAsync("stats", key: Key + "0")).Status);
    }

    [Fact]
    public async Task Where_keys_are_required_and_others_may_call_operators_still_need_no_more_than_theirs()
    {
        await using var server = await TestServer.StartAsync(("Auth:Mode", "Required"), ("Auth:Keys:a:Sha256", Keys.Hash("of a")));

        Assert.Equal(200, (await server.OperateAsync("stats")).Status);
        Assert.Equal(401, (await server.OperateAsync("stats", key: "of a")).Status);
        Assert.Equal(403, (await server.OperateAsync("stats", headers: ("Host", "chat.example"))).Status);
    }

    [Fact]
    public async Task The_key_is_the_files_whoever_wrote_it_last()
    {
        await using var server = await TestServer.StartAsync();
        var old = server.OperatorKey;
        var file = Path.Combine(server.Folder, "logs", "operator.key");

        File.Delete(file);
        Assert.Equal(401, (await server.OperateAsync("stats", key: old)).Status);
        new OperatorKeyFile(file).Ensure();

        Assert.Equal(200, (await server.OperateAsync("stats")).Status);
        Assert.Equal(401, (await server.OperateAsync("stats", key: old)).Status);
    }

    [Fact]
    public async Task A_key_file_that_cannot_be_read_is_said_so_and_lets_nobody_in()
    {
        await using var server = await TestServer.StartAsync();
        var key = server.OperatorKey;
        var file = Path.Combine(server.Folder, "logs", "operator.key");
        File.Delete(file);
        Directory.CreateDirectory(file);

        var (status, body) = await server.OperateAsync("stats", key: key);

        Assert.Equal((503, "operator_key_unreadable"), (status, Operator.CodeOf(body)));
        Assert.Empty(server.Log.Of("request_failed"));
    }
}
