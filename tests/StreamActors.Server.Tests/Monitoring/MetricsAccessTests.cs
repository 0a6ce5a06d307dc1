using System.Net.Sockets;
using System.Text;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>Who may read the metrics.</summary>
public class MetricsAccessTests
{
    private static readonly (string, string)[] Settings =
        [.. Keys.Required, Keys.Of("prometheus", "scrape"), Keys.Of("limited", "some"), ("Auth:Keys:limited:Models:0", "demo")];

    [Theory]
    [InlineData(200)]
    [InlineData(200, "Authorization: Bearer scrape")]
    [InlineData(401, "Authorization: Bearer wrong")]
    [InlineData(401, "Authorization: Basic c2NyYXBl")]
    [InlineData(401, "Authorization: Bearer scrape", "Authorization: Bearer scrape")]
    [InlineData(403, "Authorization: Bearer some")]
    public async Task On_this_machine_no_key_is_needed_and_a_wrong_one_is_refused(int status, params string[] headers) =>
        Assert.Equal(status, await AskAsync("localhost", headers));

    [Theory]
    [InlineData("Forwarded: for=192.0.2.1")]
    [InlineData("Via: 1.1 proxy")]
    [InlineData("X-Forwarded-For: 192.0.2.1")]
    [InlineData("X-Real-IP: 192.0.2.1")]
    public async Task Through_a_proxy_a_key_is_needed(string header)
    {
        Assert.Equal(401, await AskAsync("localhost", header));
        Assert.Equal(200, await AskAsync("localhost", header, "Authorization: Bearer scrape"));
    }

    [Fact]
    public async Task Under_a_foreign_name_a_key_is_needed()
    {
        Assert.Equal(401, await AskAsync("chat.example"));
        Assert.Equal(200, await AskAsync("chat.example", "Authorization: Bearer scrape"));
    }

    /// <summary>Any address of this machine that is not loopback will do; one without has no other machines either.</summary>
    [Fact]
    public async Task From_an_address_that_is_not_loopback_a_key_is_needed()
    {
        var other = System.Net.Dns.GetHostAddresses(System.Net.Dns.GetHostName()).FirstOrDefault(a =>
            a.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork && !System.Net.IPAddress.IsLoopback(a));
        if (other is null)
            return;
        await using var server = await TestServer.StartAsync([.. Settings, ("Server:Urls", $"http://{other}:0")]);

        var (status, _) = await server.CallAsKeyAsync(null, HttpMethod.Get, "/metrics");
        Assert.Equal(401, status);
        using var request = new HttpRequestMessage(HttpMethod.Get, "/metrics") { Headers = { { "Authorization", "Bearer scrape" } } };
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(200, (int)answer.StatusCode);
    }

    [Fact]
    public async Task One_who_asks_and_takes_nothing_holds_up_no_other()
    {
        await using var server = await TestServer.StartAsync();
        using var stuck = new TcpClient { ReceiveBufferSize = 4096, SendTimeout = 1000 };
        await stuck.ConnectAsync(server.Address.Host, server.Address.Port);
        var many = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat("GET /metrics HTTP/1.1\r\nHost: localhost\r\n\r\n", 1000)));
        // Its requests are answered one after the other until its socket takes no more answers, then the server reads no more of them.
        Action ask = () => stuck.GetStream().Write(many);
        Assert.IsType<IOException>(Record.Exception(() =>
        {
            for (var times = 0; times < 10_000; times++)
                ask();
        }));

        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        Assert.Contains("streamactors_sessions_live", await server.Http.GetStringAsync("/metrics", patience.Token));
    }

    private static async Task<int> AskAsync(string host, params string[] headers)
    {
        await using var server = await TestServer.StartAsync(Settings);
        using var client = await RawClient.ConnectAsync(server);
        await client.SendAsync($"GET /metrics HTTP/1.1\r\nHost: {host}\r\n{string.Concat(headers.Select(h => h + "\r\n"))}\r\n");
        var answer = await client.ReadAnswerAsync();
        Assert.Equal(answer.Status == 200, answer.Text.Contains("streamactors_sessions_live", StringComparison.Ordinal));
        return answer.Status;
    }
}
