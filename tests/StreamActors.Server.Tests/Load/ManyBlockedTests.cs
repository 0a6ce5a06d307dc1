using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Server.Tests.Support;
using StreamActors.Tests.Fakes;

namespace StreamActors.Server.Tests.Load;

/// <summary>Far more running generations hold a thread than may ever be detached.</summary>
[Collection(LoadTests.Name)]
public class ManyBlockedTests
{
    private const int Blocked = 60;
    private static readonly TimeSpan AtOnce = TimeSpan.FromSeconds(1);

    [Theory]
    [InlineData(BlockAt.FirstStep)]
    [InlineData(BlockAt.OnThePool)]
    public async Task Sixty_blocked_generations_leave_the_server_answering_at_once_and_give_all_back(BlockAt where)
    {
        using var bad = new BlockingBackend("bad") { Where = where };
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton(_ => new BackendRegistry([(bad, new BackendOptions())])),
            ("Backends:bad:Type", "Demo"), ("Backends:bad:Models:0", "bad"), ("Sessions:CancelGrace", "00:00:01"), ("Server:DrainTimeout", "00:00:00"));
        ThreadPool.GetMinThreads(out var before, out _);
        var asked = new List<RawClient>();
        for (var i = 0; i < Blocked; i++)
        {
            asked.Add(await RawClient.PostChatAsync(server, """{"model":"bad","prompt":"Hi","stream":true}""", $"blocked-{i}"));
            await bad.BlockedAsync();
            await AssertAliveAsync(server);
        }

        var load = server.Services.GetRequiredService<BackendRegistry>().LoadOf("bad");
        asked.ForEach(client => client.Dispose());
        await Eventually.HoldsAsync(() => Assert.Equal(new BackendCounters(0, 0, Blocked, Blocked, 0, 0), load.Counters));
        await AssertAliveAsync(server);

        bad.Release();
        await Eventually.HoldsAsync(() => Assert.Equal(new BackendCounters(0, 0, 0, Blocked, 0, 0), load.Counters));
        await Eventually.HoldsAsync(() =>
        {
            ThreadPool.GetMinThreads(out var after, out _);
            Assert.Equal(before, after);
        });
        await Books.BalancedAsync(server);
    }

    private static async Task AssertAliveAsync(TestServer server)
    {
        using var answer = await server.Http.GetAsync("/healthz").WaitAsync(AtOnce);
        Assert.True(answer.IsSuccessStatusCode);
    }
}
