using Akka.Actor;
using Akka.Streams;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Soak.Clients;
using StreamActors.Soak.Upstream;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Load;

/// <summary>The first prompts a server gets are answered like all others, also when they are many.</summary>
[Collection(LoadTests.Name)]
public class ColdStartTests(ITestOutputHelper output)
{
    private const int Burst = 200;
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Streams_can_start_without_blocking_before_the_first_prompt_comes()
    {
        await using var server = await TestServer.StartAsync();

        var system = server.Services.GetRequiredService<ActorSystem>();
        var supervisor = await system.ActorSelection("/user/StreamSupervisor-*").ResolveOne(Bound);

        Assert.Equal(system.Materializer().Supervisor, supervisor);
    }

    [Fact]
    public async Task A_burst_of_first_prompts_is_answered_at_once()
    {
        await using var upstream = await UpstreamProcess.StartAsync();
        await using var server = await TestServer.StartAsync(upstream.AsBackend);
        using var client = new LoadClient(server.Address);

        var sessions = Enumerable.Range(0, Burst).Select(i => $"cold-{i}");
        var answers = sessions.Select(s => client.Send(s, Prompt.Of(s, "only", tokens: 3, delay: 10))).ToList();
        var begun = await Task.WhenAll(answers.Select(async a => await a.HasBegunAsync() - a.SentAt)).WaitAsync(Bound);

        output.WriteLine($"first tokens of {Burst} prompts at once: p50 {begun.Percentile(0.5)} us, max {begun.Max()} us");
        Assert.All(await Task.WhenAll(answers.Select(a => a.End)), end => Assert.True(end.Completed, $"{end}"));
    }
}
