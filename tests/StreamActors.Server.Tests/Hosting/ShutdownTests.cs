using System.Diagnostics;
using System.Net.Http.Json;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Soak.Host;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>SIGTERM to a server, a process of its own, in which everything runs that can.</summary>
[Collection(LoadTests.Name)]
public sealed class ShutdownTests : IDisposable
{
    private const int Streams = 200;
    private const int Blocked = 16;
    private const int Ignoring = 16;
    private const int Detached = 6;
    private static readonly TimeSpan Drain = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(5);

    private readonly string _logs = Directory.CreateTempSubdirectory("streamactors-shutdown-").FullName;

    [Fact]
    public async Task SIGTERM_ends_two_hundred_streams_some_blocked_and_some_detached_in_time_with_books_balanced_and_the_port_free()
    {
        await using var server = await ServerProcess.StartAsync(Settings("http://127.0.0.1:0"));
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };
        var streams = Enumerable.Range(0, Streams).Select(i => new Stream(http, i)).ToList();
        await Task.WhenAll(streams.Select(s => s.Begun)).WaitAsync(TimeSpan.FromSeconds(20));
        await Task.WhenAll(Enumerable.Range(0, Detached).Select(i => http.DeleteAsync($"/v1/sessions/s{i}")));
        await Eventually.HoldsAsync(() => Assert.Equal(Detached, Count("prev_stream_timeout_on_cancel")));
        var shortOne = new Stream(http, Streams, maxTokens: 20);
        await shortOne.Begun;

        var watch = Stopwatch.StartNew();
        await server.SignalAsync("TERM");
        await Eventually.HoldsAsync(async () =>
        {
            using var ready = await http.GetAsync("/readyz");
            Assert.Equal(503, (int)ready.StatusCode);
        });
        using (var refused = await http.PostAsJsonAsync("/v1/chat/completions", new { prompt = "Hi", stream = true }))
        {
            Assert.Equal(503, (int)refused.StatusCode);
            Assert.Contains("server_shutdown", await refused.Content.ReadAsStringAsync());
        }

        Assert.True(watch.Elapsed < Drain, "the server was slow to say that it stops");
        Assert.EndsWith("data: [DONE]\n\n", await shortOne.Body);
        var exitCode = await server.ExitCodeAsync(Drain + AfterDrain - watch.Elapsed);

        Assert.Equal(0, exitCode);
        foreach (var stream in streams.Skip(Detached))
            Assert.Contains("\"code\":\"server_shutdown\"", await stream.Body);
        Assert.All(await Task.WhenAll(streams.Select(s => s.Body)), body => Assert.DoesNotContain("[DONE]", body));
        var books = new BooksOf(Lines());
        Assert.Empty(books.Faults);
        Assert.Equal(Streams + 1, books.Streams.Count);

        await using var again = await ServerProcess.StartAsync(Settings(server.Address.ToString().TrimEnd('/')));
        Assert.Equal(server.Address, again.Address);
        using var answer = await http.PostAsJsonAsync("/v1/chat/completions", new { prompt = "Hi" });
        Assert.True(answer.IsSuccessStatusCode);
    }

    [Fact]
    public async Task A_backend_that_does_not_come_back_from_its_disposal_is_not_waited_for_and_the_last_lines_are_written()
    {
        Assert.Equal(0, await StopWithAsync("lingers"));
        Assert.Contains(Lines(), line => line.Contains("the process ends without it", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_backend_that_throws_at_its_disposal_leaves_the_exit_code_as_it_is()
    {
        Assert.Equal(0, await StopWithAsync("disposes"));
        Assert.DoesNotContain(Lines(), line => line.Contains("the process ends without it", StringComparison.Ordinal));
    }

    public void Dispose() => Directory.Delete(_logs, recursive: true);

    /// <summary>Starts with that backend, asks another, stops.</summary>
    /// <returns>The exit code, or null where it did not end in time.</returns>
    private async Task<int?> StopWithAsync(string backend)
    {
        await using var server = await ServerProcess.StartAsync(
            [.. Settings("http://127.0.0.1:0"), $"--Backends:{backend}:Type=Demo", $"--Backends:{backend}:Models:0={backend}"]);
        using var http = new HttpClient { BaseAddress = server.Address, Timeout = TimeSpan.FromSeconds(30) };
        using (var answer = await http.PostAsJsonAsync("/v1/chat/completions", new { prompt = "Hi", max_tokens = 3 }))
            Assert.True(answer.IsSuccessStatusCode);
        await server.SignalAsync("TERM");
        return await server.ExitCodeAsync(Drain + AfterDrain);
    }

    private static string ModelOf(int i) => i < Blocked ? "blocks" : i < Blocked + Ignoring ? "ignores" : "demo";

    private int Count(string name) => Lines().Count(line => line.Contains($" {name} ", StringComparison.Ordinal));

    private IReadOnlyList<string> Lines()
    {
        using var file = new StreamReader(File.Open(Path.Combine(_logs, "system.log"), FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return file.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private string[] Settings(string url) =>
    [
        $"--Server:Urls={url}", $"--Server:DrainTimeout={Drain}", $"--Logs:Directory={_logs}", "--DefaultModel=demo",
        "--Sessions:CancelGrace=00:00:01",
        "--Backends:demo:Type=Demo", "--Backends:demo:Models:0=demo",
        "--Backends:blocks:Type=Demo", "--Backends:blocks:Models:0=blocks",
        "--Backends:ignores:Type=Demo", "--Backends:ignores:Models:0=ignores",
    ];

    /// <summary>One stream, read to its end, whatever that is.</summary>
    private sealed class Stream
    {
        private const string Prompt = "Write an essay [tokens=10][delay=1][hold=600000]";

        private readonly TaskCompletionSource _begun = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Stream(HttpClient http, int number, int? maxTokens = null) => Body = ReadAsync(http, number, maxTokens);

        public Task Begun => _begun.Task;

        public Task<string> Body { get; }

        private async Task<string> ReadAsync(HttpClient http, int number, int? maxTokens)
        {
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
            message.Headers.Add("X-Session-Id", $"s{number}");
            message.Content = JsonContent.Create(new { model = ModelOf(number), prompt = Prompt, stream = true, max_tokens = maxTokens });
            using var answer = await http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead);
            using var reader = new StreamReader(await answer.Content.ReadAsStreamAsync());
            var body = "";
            try
            {
                while (await reader.ReadLineAsync() is { } line)
                {
                    body += line + "\n";
                    if (body.Contains("\"content\"", StringComparison.Ordinal))
                        _begun.TrySetResult();
                }
            }
            catch (IOException)
            {
                // Cut, which is how an answer ends that is not complete.
            }

            return body;
        }
    }
}
