using System.Net.Sockets;
using System.Text;
using StreamActors.Server.Hosting;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Host;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>Who opens connections and says nothing cannot take the last handle of the process.</summary>
[Collection(LoadTests.Name)]
public sealed class HandlesTests : IDisposable
{
    private const int Most = 500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly string _logs = Directory.CreateTempSubdirectory("streamactors-handles-").FullName;

    [Fact]
    public async Task More_idle_connections_than_there_are_handles_end_neither_the_server_nor_a_running_stream()
    {
        await using var server = await ServerProcess.StartAsync(
            ["--Server:Urls=http://127.0.0.1:0", $"--Logs:Directory={_logs}", "--Backends:demo:Type=Demo", "--Backends:demo:Models:0=demo"], Most);
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = Patience };
        using var body = new StringContent("""{"prompt":"Write an essay","stream":true,"max_tokens":90}""", Encoding.UTF8);
        using var prompt = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions") { Content = body };
        using var answer = await http.SendAsync(prompt, HttpCompletionOption.ResponseHeadersRead);

        var idle = new List<TcpClient>();
        for (var i = 0; i < Most; i++)
        {
            idle.Add(new TcpClient());
            await idle[^1].ConnectAsync(server.Address.Host, server.Address.Port).WaitAsync(Patience);
        }

        Assert.EndsWith("data: [DONE]\n\n", await answer.Content.ReadAsStringAsync().WaitAsync(Patience));
        idle.ForEach(connection => connection.Dispose());
        await Eventually.HoldsAsync(async () =>
        {
            using var alive = await http.GetAsync("/healthz");
            Assert.True(alive.IsSuccessStatusCode);
        });
    }

    [Theory]
    [InlineData("Max open files            20000                524288               files     ", 9800L)]
    [InlineData("Max open files            256                  4096                 files     ", 16L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max locked memory         8388608              8388608              bytes     ", null)]
    public void Half_of_what_the_limit_leaves_is_for_connections_of_clients(string line, long? most) =>
        Assert.Equal(most, Handles.MostConnections(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    public void Dispose() => Directory.Delete(_logs, recursive: true);
}
