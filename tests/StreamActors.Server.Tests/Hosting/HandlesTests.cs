using System.Net.Sockets;
using System.Text;
using StreamActors.Server.Hosting;
using StreamActors.Server.Tests.Fakes;
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

    /// <summary>The idle connections of one backend's pool give way to the next backend's prompts.</summary>
    [Theory]
    [InlineData(1, 1_024, 290)]
    [InlineData(2, 1_500, 500)]
    [InlineData(5, 1_024, 290)]
    public async Task As_many_prompts_as_there_may_be_go_to_one_backend_after_the_other_and_all_are_answered(int backends, int handles, int clients)
    {
        var upstreams = Enumerable.Range(0, backends).Select(_ => new RawUpstream { HasNoList = true }).ToList();
        await using var server = await ServerProcess.StartAsync(
            [
                "--Server:Urls=http://127.0.0.1:0", $"--Logs:Directory={_logs}",
                .. upstreams.SelectMany((upstream, i) => new[]
                {
                    $"--Backends:b{i}:Type=OpenAiCompatible", $"--Backends:b{i}:Url={upstream.Url}", $"--Backends:b{i}:Models:0=m{i}",
                }),
            ],
            handles);
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };

        for (var wave = 0; wave < 2 * backends; wave++)
        {
            var upstream = upstreams[wave % backends];
            var asking = Enumerable.Range(0, clients).Select(_ => AskAsync(http, $"m{wave % backends}")).ToList();
            // All are open at once before the first is answered.
            var calls = new List<UpstreamCall>();
            while (calls.Count < clients)
                calls.Add(await upstream.NextCallAsync(Patience));
            await Task.WhenAll(calls.Select(call => call.AnswerAsync("200 OK", """{"choices":[{"index":0,"message":{"role":"assistant","content":"Hi"},"finish_reason":"stop"}]}""")));
            Assert.All(await Task.WhenAll(asking), status => Assert.Equal(200, status));
        }

        foreach (var upstream in upstreams)
            await upstream.DisposeAsync();
    }

    [Theory]
    [InlineData("Max open files            20000                524288               files     ", 9800L)]
    [InlineData("Max open files            256                  4096                 files     ", 16L)]
    [InlineData("Max open files            unlimited            unlimited            files     ", null)]
    [InlineData("Max locked memory         8388608              8388608              bytes     ", null)]
    public void Half_of_what_the_limit_leaves_is_for_connections_of_clients(string line, long? most) =>
        Assert.Equal(most, Handles.MostConnections(["Limit                     Soft Limit           Hard Limit           Units     ", line]));

    private static async Task<int> AskAsync(HttpClient http, string model)
    {
        using var body = new StringContent($$"""{"model":"{{model}}","prompt":"Hi"}""", Encoding.UTF8);
        using var answer = await http.PostAsync("/v1/chat/completions", body);
        return (int)answer.StatusCode;
    }

    public void Dispose() => Directory.Delete(_logs, recursive: true);
}
