using System.Net;
using Akka.Actor;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>Whether a server wants prompts, and why not.</summary>
public class ReadinessTests
{
    [Fact]
    public async Task A_server_that_drains_says_so()
    {
        await using var server = await TestServer.StartAsync();
        server.Services.GetRequiredService<ServerState>().TrySet(true);

        await AssertReadinessAsync(server, 503, "draining", null);
    }

    [Fact]
    public async Task A_backend_that_does_not_stop_is_named_and_others_keep_the_server_ready()
    {
        await using var stubborn = await StubbornServer.StartAsync(blocks: false, ("Backends:stubborn:MaxDetached", "8"));
        for (var i = 0; i < 8; i++)
        {
            var (older, _) = await stubborn.StreamingAsync($"s{i}");
            using var __ = older;
            await stubborn.Server.StopAsync(await stubborn.Server.RunningAsync($"s{i}"));
        }

        await AssertReadinessAsync(stubborn.Server, 200, "backend_stuck", "stubborn");
    }

    [Fact]
    public async Task A_backend_that_is_down_is_named()
    {
        using var nobody = new Fakes.RefusingAddress();
        await using var server = await TestServer.StartAsync(
            ("Backends:down:Type", "OpenAiCompatible"), ("Backends:down:Url", nobody.Url), ("Backends:down:Models:0", "m"));

        await AssertReadinessAsync(server, 503, "backend_unreachable", "down");
    }

    [Fact]
    public async Task Without_its_actors_a_server_is_neither_alive_nor_ready()
    {
        await using var server = await TestServer.StartAsync();
        await server.Services.GetRequiredService<ActorSystem>().Terminate();

        var (status, body) = await server.CallAsync(HttpMethod.Get, "/healthz");
        Assert.Equal((503, "actors_stopped"), (status, body.GetProperty("reasons")[0].GetProperty("code").GetString()));
        await AssertReadinessAsync(server, 503, "actors_stopped", null);
    }

    [Fact]
    public void One_usable_backend_is_enough_and_every_reason_is_given()
    {
        var (ready, reasons) = Readiness.Of(draining: true, actorsStopped: true, new Dictionary<string, BackendCondition>
        {
            ["a"] = new(BackendState.Reachable),
            ["b"] = new(BackendState.Stuck, "b"),
            ["c"] = new(BackendState.Unreachable, "c"),
            ["d"] = new(BackendState.Refusing, "d"),
        }, backend => backend == "a" ? "Its key is refused." : null, logFails: true);

        Assert.False(ready);
        Assert.Equal(Readiness.Codes.Order(), reasons.Select(r => r.Code).Order());
        Assert.True(IsReady(BackendState.Stuck, BackendState.Reachable));
        Assert.False(IsReady(BackendState.Stuck, BackendState.Unreachable));
        Assert.False(IsReady(BackendState.Refusing, BackendState.Refusing));
    }

    private static bool IsReady(BackendState a, BackendState b) => Readiness.Of(
        false, false, new Dictionary<string, BackendCondition> { ["a"] = new(a, "a"), ["b"] = new(b, "b") }, _ => null).Ready;

    private static async Task AssertReadinessAsync(TestServer server, int status, string code, string? backend)
    {
        var (found, body) = await server.CallAsync(HttpMethod.Get, "/readyz");
        var reason = Assert.Single(body.GetProperty("reasons").EnumerateArray());
        Assert.Equal((status, code, backend), (found, reason.GetProperty("code").GetString(), reason.GetProperty("backend").GetString()));
        Assert.Equal(status == (int)HttpStatusCode.OK ? "ready" : "not_ready", body.GetProperty("status").GetString());
        Assert.NotEmpty(reason.GetProperty("message").GetString()!);
    }
}
