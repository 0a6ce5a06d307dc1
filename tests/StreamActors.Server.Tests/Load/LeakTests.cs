using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Streaming;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Host;
using StreamActors.Soak.Upstream;
using StreamActors.Tests.Fakes;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Load;

/// <summary>After storms and faults everything that was made for them is gone.</summary>
[Collection(LoadTests.Name)]
public class LeakTests(ITestOutputHelper output)
{
    private const int Rounds = 3;
    private const int Sessions = 30;
    private const int Blocked = 4;

    [Fact]
    public async Task After_storms_and_faults_actors_sessions_sockets_threads_and_timers_are_back_at_their_baseline()
    {
        using var bad = new BlockingBackend("bad");
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(_ => new BackendRegistry(
            [
                (new StreamActors.Backends.OpenAiCompatible.OpenAiCompatibleBackend("upstream", new BackendOptions { Url = upstream.Address }), new BackendOptions()),
                (bad, new BackendOptions()),
            ])),
            [.. upstream.AsBackend, ("Backends:bad:Type", "Demo"), ("Backends:bad:Models:0", "bad"),
                ("Sessions:CancelGrace", "00:00:01"), ("Generations:FirstTokenTimeout", "00:00:01"), ("Server:DrainTimeout", "00:00:00")]);
        using var client = new LoadClient(server.Address);
        await RoundAsync(server, client, bad);
        var baseline = await SettledAsync(server, upstream);
        output.WriteLine($"baseline        {baseline}");

        for (var round = 1; round <= Rounds; round++)
        {
            await RoundAsync(server, client, bad);
            output.WriteLine($"after round {round}   {await SettledAsync(server, upstream)}");
        }

        await Eventually.HoldsAsync(async () =>
        {
            var now = await SettledAsync(server, upstream);
            // What was made for a prompt would be there hundreds of times; a pool keeps a connection for each session at most.
            Assert.InRange(now.Sockets, 0, Sessions + 1);
            Assert.InRange(now.OtherHandles, 0, baseline.OtherHandles + 5);
            Assert.InRange(now.Threads, 0, baseline.Threads + 3);
            Assert.InRange(now.Timers, 0, baseline.Timers + 3);
        });
    }

    /// <summary>Each session: replaced, its client gone, cancelled, failed, too late, blocked; then ended.</summary>
    private static async Task RoundAsync(TestServer server, LoadClient client, BlockingBackend bad)
    {
        bad.Where = BlockAt.MiddleStep;
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => SessionAsync(server, client, $"leak-{i}")));
        for (var i = 0; i < Blocked; i++)
        {
            using var one = await RawClient.PostChatAsync(server, """{"model":"bad","prompt":"Hi","stream":true}""");
            await bad.BlockedAsync();
        }

        var load = server.Services.GetRequiredService<BackendRegistry>().LoadOf("bad");
        await Eventually.HoldsAsync(() => Assert.Equal(Blocked, load.Counters.Detached));
        bad.Where = BlockAt.Nowhere;
        bad.Release();
        await Eventually.HoldsAsync(() => Assert.Equal(0, load.Counters.Detached));
        bad.Hold();
        await Task.WhenAll(Enumerable.Range(0, Sessions).Select(i => client.DeleteSessionAsync($"leak-{i}")));
    }

    private static async Task SessionAsync(TestServer server, LoadClient client, string session)
    {
        var replaced = client.Send(session, Prompt.Of(session, "replaced", tokens: 50, delay: 20));
        await replaced.HasBegunAsync();
        var whole = client.Send(session, Prompt.Of(session, "whole", tokens: 3, delay: 1));
        await Task.WhenAll(replaced.End, whole.End);
        Assert.True((await whole.End).Completed);
        using (var leaver = await RawClient.PostChatAsync(server, Body(Prompt.Of(session, "leaves", tokens: 50, delay: 20)), session))
            await leaver.ReadUntilAsync("tok0");
        var late = client.Send(session, Prompt.Of(session, "late", tokens: 1, delay: 1) + "[first=5000]");
        Assert.Equal("first_token_timeout", (await late.End).ErrorCode);
        var failed = client.Send(session, Prompt.Of(session, "failed", tokens: 1, delay: 1) + "[status=500]");
        Assert.Equal("backend_error", (await failed.End).ErrorCode);
    }

    private static string Body(string prompt) => System.Text.Json.JsonSerializer.Serialize(new { prompt, stream = true });

    private static async Task<Standing> SettledAsync(TestServer server, UpstreamProcess upstream)
    {
        var system = server.Services.GetRequiredService<ActorSystem>();
        Standing standing = null!;
        await Eventually.HoldsAsync(async () =>
        {
            var sockets = (await upstream.RecordAsync(events: false)).OpenConnections;
            standing = new Standing(
                ActorTree.Sessions(system).Count, ActorTree.Streams(system, server.Services.GetRequiredService<TokenPaths>()).Count, server.Sessions.Count, server.Responses.Count,
                Standing.ThreadsNamed("backend bad"), sockets,
                Directory.GetFiles("/proc/self/fd").Length - sockets,
                Directory.GetDirectories("/proc/self/task").Length - ThreadPool.ThreadCount, Timer.ActiveCount);
            Assert.Equal((0, 0, 0, 0, 0), (standing.Actors, standing.Streams, standing.Sessions, standing.Responses, standing.BackendThreads));
        });
        return standing;
    }

    /// <summary>What is there now. Threads: all but those of the pool. Sockets: those to the model server.</summary>
    private sealed record Standing(
        int Actors, int Streams, int Sessions, int Responses, int BackendThreads, int Sockets, int OtherHandles, int Threads, long Timers)
    {
        public static int ThreadsNamed(string name) => Directory.GetDirectories("/proc/self/task").Count(task => NameOf(task) == name);

        private static string? NameOf(string task)
        {
            try
            {
                return File.ReadAllText(Path.Combine(task, "comm")).Trim();
            }
            catch (IOException)
            {
                return null; // has just ended
            }
        }
    }
}
