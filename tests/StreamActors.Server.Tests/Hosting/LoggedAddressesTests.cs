using System.Net.Sockets;
using System.Text;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Host;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>Some clients put their key into the address. It stands in no log, whatever is logged.</summary>
[Collection(LoadTests.Name)]
public sealed class LoggedAddressesTests : IDisposable
{
    private const string Secret = "QUERYSECRET";

    private static readonly string[] Requests =
    [
        $"GET /v1/models?api_key={Secret} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        $"GET /nowhere?key={Secret} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        $"POST /v1/chat/completions?key={Secret} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 15\r\n\r\n{{\"prompt\":\"Hi\"}}",
        $"POST /v1/chat/completions?key={Secret} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 1\r\n\r\n{{",
        $"GET http://localhost/v1/models?key={Secret} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        $"GET /v1/models?key={Secret}\u0001 HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
        $"GET /v1/models?key={Secret} HTTP/7.3\r\nHost: localhost\r\n\r\n",
        $"GET ?key={Secret} HTTP/1.1\r\nHost: localhost\r\n\r\n",
        $"key={Secret}\r\n\r\n",
        $"GET /v1/models HTTP/1.1\r\nHost: localhost\r\nX-Key {Secret}\r\n\r\n",
        $"GET /v1/models?{new string('x', 9_000)}{Secret} HTTP/1.1\r\nHost: localhost\r\n\r\n",
    ];

    private readonly string _logs = Directory.CreateTempSubdirectory("streamactors-addresses-").FullName;

    [Fact]
    public async Task What_stands_behind_the_question_mark_of_an_address_is_not_logged_at_any_level()
    {
        await using (var server = await ServerProcess.StartAsync(
            ["--Server:Urls=http://127.0.0.1:0", $"--Logs:Directory={_logs}", "--Logs:Level=Verbose", "--Backends:demo:Type=Demo", "--Backends:demo:Models:0=demo"]))
        {
            foreach (var request in Requests)
            {
                using var client = new TcpClient();
                await client.ConnectAsync(server.Address.Host, server.Address.Port);
                await using var stream = client.GetStream();
                await stream.WriteAsync(Encoding.UTF8.GetBytes(request));
                using var answer = new StreamReader(stream);
                await answer.ReadToEndAsync().WaitAsync(TimeSpan.FromSeconds(15));
            }
        }

        var log = File.ReadAllText(Path.Combine(_logs, "system.log"));
        Assert.Contains("Request starting", log);
        Assert.Contains("/v1/models?...", log);
        Assert.DoesNotContain(log.Split('\n'), line => line.Contains(Secret, StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_logs, recursive: true);
}
