using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Tests.Fakes;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Load;

/// <summary>A backend that holds eight threads for ever is nothing to the others.</summary>
[Collection(LoadTests.Name)]
public class BlockedBackendTests(ITestOutputHelper output)
{
    private const int Blocked = 8;
    private const int Rounds = 7;
    private const int PromptsPerRound = 30;

    /// <summary>The machine's own noise, and far from what a full pool would cost.</summary>
    private const double Unchanged = 2;

    private static readonly (string, string)[] Settings =
    [
        ("Backends:good:Type", "Demo"), ("Backends:good:Models:0", "good"), ("Backends:good:TokensPerSecond", "100000"),
        ("Backends:bad:Type", "Demo"), ("Backends:bad:Models:0", "bad"),
        ("Sessions:CancelGrace", "00:00:01"), ("Server:DrainTimeout", "00:00:00"),
    ];

    [Theory]
    [InlineData(BlockAt.FirstStep)]
    [InlineData(BlockAt.OnThePool)]
    public async Task Eight_blocked_generations_leave_the_other_backend_as_fast_and_the_backend_recovers(BlockAt where)
    {
        var (free, held, detached) = (new List<long>(), new List<long>(), new List<long>());
        for (var round = 0; round < Rounds; round++)
        {
            using var bad = new BlockingBackend("bad") { Where = where };
            await using var server = await TestServer.StartAsync(services => Replace(services, bad), Settings);
            await FirstTokensAsync(server); // warm
            free.Add((await FirstTokensAsync(server)).Percentile(0.5));

            var load = server.Services.GetRequiredService<BackendRegistry>().LoadOf("bad");
            var asked = await BlockAsync(server, bad);
            held.Add((await FirstTokensAsync(server)).Percentile(0.5));
            await Eventually.HoldsAsync(() => Assert.Equal(Blocked, load.Counters.Detached));
            detached.Add((await FirstTokensAsync(server)).Percentile(0.5));
            await AssertStuckAsync(server);

            bad.Where = BlockAt.Nowhere;
            bad.Release();
            await Eventually.HoldsAsync(() => Assert.Equal(new BackendCounters(0, 0, 0, Blocked, 0, 1), load.Counters));
            using var again = await RawClient.PostChatAsync(server, Chat("bad"));
            Assert.Equal(200, (await again.ReadAnswerAsync()).Status);
            free.Add((await FirstTokensAsync(server)).Percentile(0.5));
            asked.ForEach(client => client.Dispose());
            await Books.BalancedAsync(server);
            Assert.Equal(Blocked, server.Log.Of("stream_detached_ended").Count);
        }

        var without = free.Percentile(0.5);
        output.WriteLine(
            $"{where}: first token of the other backend, median of the medians of {Rounds} rounds: {without} us; with {Blocked} blocked "
            + $"{held.Percentile(0.5)} us (x {Ratio(held):F2}), with {Blocked} detached {detached.Percentile(0.5)} us (x {Ratio(detached):F2})");
        Assert.InRange(Ratio(held), 0, Unchanged);
        Assert.InRange(Ratio(detached), 0, Unchanged);

        double Ratio(List<long> figures) => (double)figures.Percentile(0.5) / without;
    }

    private static async Task<List<RawClient>> BlockAsync(TestServer server, BlockingBackend bad)
    {
        var asked = new List<RawClient>();
        for (var i = 0; i < Blocked; i++)
        {
            asked.Add(await RawClient.PostChatAsync(server, Chat("bad"), $"blocked-{i}"));
            await bad.BlockedAsync();
        }

        var deletions = Enumerable.Range(0, Blocked).Select(i => server.Http.DeleteAsync($"/v1/sessions/blocked-{i}")).ToList();
        using var answer = await server.Http.GetAsync("/healthz").WaitAsync(TimeSpan.FromSeconds(1));
        Assert.True(answer.IsSuccessStatusCode);
        foreach (var deletion in deletions)
        {
            using var receipt = await deletion;
            Assert.Contains("\"outcome\":\"timed_out\"", await receipt.Content.ReadAsStringAsync());
        }

        return asked;
    }

    private static async Task AssertStuckAsync(TestServer server)
    {
        using var client = await RawClient.PostChatAsync(server, Chat("bad"));
        var refused = await client.ReadAnswerAsync();
        Assert.Equal((503, "backend_stuck"), (refused.Status, refused.Error.GetProperty("code").GetString()));
        Assert.NotNull(refused.Header("Retry-After"));
    }

    private static async Task<List<long>> FirstTokensAsync(TestServer server)
    {
        var took = new List<long>();
        using var client = await RawClient.ConnectAsync(server);
        for (var i = 0; i < PromptsPerRound; i++)
        {
            var watch = Stopwatch.StartNew();
            using var one = await RawClient.PostChatAsync(server, Chat("good"));
            await one.ReadUntilAsync("\"content\":\"");
            took.Add((long)watch.Elapsed.TotalMicroseconds);
            Assert.Equal(200, (await one.ReadAnswerAsync()).Status);
        }

        return took;
    }

    private static string Chat(string model) => $$"""{"model":"{{model}}","prompt":"Hi","max_tokens":3,"stream":true}""";

    private static void Replace(IServiceCollection services, IBackend bad) => services.AddSingleton(provider =>
    {
        var time = provider.GetRequiredService<TimeProvider>();
        var options = new BackendOptions { Type = BackendType.Demo, Models = ["good"], TokensPerSecond = 100_000 };
        return new BackendRegistry([(new StreamActors.Backends.Demo.DemoBackend("good", options, time), options), (bad, new BackendOptions())]);
    });
}
