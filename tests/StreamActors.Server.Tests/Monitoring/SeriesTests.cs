using System.Net.Http.Json;
using StreamActors.Server.Tests.Support;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>Whatever callers make up, the number of series stays what it is.</summary>
[Collection(LoadTests.Name)]
public class SeriesTests(ITestOutputHelper output)
{
    private const int Sessions = 10_000;
    private const int AtOnce = 64;

    [Fact]
    public async Task Ten_thousand_random_sessions_and_thousands_of_invented_models_add_no_series()
    {
        await using var server = await TestServer.StartAsync(
            ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "100000"), ("Sessions:IdleAfter", "00:00:01"));
        for (var i = 0; i < 4; i++)
            await AskAsync(server, i);
        var before = new SortedSet<string>();
        await Eventually.HoldsAsync(async () =>
        {
            // Whether the backend can be reached is said from the second look on.
            var metrics = await Exposition.ReadAsync(server);
            Assert.Equal((3, 1), (metrics.Sum("streamactors_streams_ended_total"), metrics.Sum("streamactors_backend_reachable")));
            before = Own(metrics);
        });

        await Parallel.ForAsync(0, Sessions, new ParallelOptions { MaxDegreeOfParallelism = AtOnce }, async (i, _) => await AskAsync(server, i));
        await Books.BalancedAsync(server);

        await Eventually.HoldsAsync(async () => Assert.Equal(Sessions * 3 / 4 + 3, (await Exposition.ReadAsync(server)).Sum("streamactors_streams_ended_total")));
        var after = Own(await Exposition.ReadAsync(server));
        output.WriteLine($"{before.Count} series before, {after.Count} after {Sessions} sessions and {Sessions / 4} invented models");
        Assert.Equal(before, after);
    }

    /// <summary>Every fourth names a model that nobody has.</summary>
    private static async Task AskAsync(TestServer server, int i)
    {
        var invented = i % 4 == 3;
        using var request = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
        request.Headers.Add("X-Session-Id", $"{Guid.NewGuid():N}");
        request.Headers.Add("traceparent", $"00-{Guid.NewGuid():N}-{i + 1:x16}-01");
        request.Content = JsonContent.Create(new { model = invented ? $"invented-{Guid.NewGuid():N}" : "demo", prompt = "Hi", stream = i % 4 == 0, max_tokens = 2 });
        using var answer = await server.Http.SendAsync(request);
        Assert.Equal(invented ? 404 : 200, (int)answer.StatusCode);
        await answer.Content.ReadAsStringAsync();
    }

    private static SortedSet<string> Own(Exposition metrics) => new(
        metrics.All.Where(s => !s.Name.StartsWith("dotnet_", StringComparison.Ordinal))
            .Select(s => $"{s.Name}{{{string.Join(',', s.Labels.Where(l => l.Key != "service_instance_id").OrderBy(l => l.Key).Select(l => $"{l.Key}={l.Value}"))}}}"),
        StringComparer.Ordinal);
}
