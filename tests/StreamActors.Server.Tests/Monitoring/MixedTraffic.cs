using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>
/// A server with a scripted model server (model <c>m</c>), a backend that does not stop (<c>stubborn</c>) and one that cannot be reached
/// (<c>gone</c>), and traffic that ends in every way there is.
/// </summary>
internal sealed class MixedTraffic : IAsyncDisposable
{
    private readonly RawUpstream _upstream = new();
    private readonly RefusingAddress _nobody = new();
    private readonly StubbornBackend _stubborn = new();
    private readonly List<StubbornCall> _held = [];

    public TestServer Server { get; private set; } = null!;

    /// <summary>How many answers were asked for in one piece.</summary>
    public int NotStreamed { get; private set; }

    public static async Task<MixedTraffic> StartAsync(params (string Key, string Value)[] settings)
    {
        var traffic = new MixedTraffic();
        var up = new BackendOptions { Type = BackendType.OpenAiCompatible, Url = new Uri(traffic._upstream.Url) };
        var gone = new BackendOptions { Type = BackendType.OpenAiCompatible, Url = new Uri(traffic._nobody.Url) };
        traffic.Server = await TestServer.StartAsync(
            services => services.AddSingleton(new BackendRegistry(
            [
                (new OpenAiCompatibleBackend("up", up), up), (traffic._stubborn, new BackendOptions()), (new OpenAiCompatibleBackend("gone", gone), gone),
            ])),
            [
                ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", traffic._upstream.Url), ("Backends:up:Models:0", "m"),
                ("Backends:stubborn:Type", "Demo"), ("Backends:stubborn:Models:0", StubbornBackend.Model),
                ("Backends:gone:Type", "OpenAiCompatible"), ("Backends:gone:Url", traffic._nobody.Url), ("Backends:gone:Models:0", "away"),
                ("Sessions:CancelGrace", "00:00:01"), ("Server:DrainTimeout", "00:00:00"), .. settings,
            ]);
        return traffic;
    }

    /// <summary>One of each. When this completes all is over but one detached generation of each run, which still does not stop.</summary>
    public async Task RunAsync()
    {
        await CompleteAsync();
        await CompleteInOnePieceAsync();
        await ReplaceAsync();
        await ReplaceStubbornAsync();
        await StopAsync();
        await LeaveAsync();
        await FailAsync();
        await RefuseAsync();
        await Books.BalancedAsync(Server);
        await Eventually.HoldsAsync(() => Assert.Equal(_held.Count, Server.Log.Of("stream_detached_ended").Count));
    }

    public async ValueTask DisposeAsync()
    {
        _held.ForEach(call => call.Dispose());
        await Server.DisposeAsync();
        await _upstream.DisposeAsync();
        _nobody.Dispose();
    }

    private async Task CompleteAsync()
    {
        using var client = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat());
        await AnswerAsync(await NextPromptAsync());
        Assert.True((await client.ReadAnswerAsync()).Finished);
    }

    private async Task CompleteInOnePieceAsync()
    {
        using var client = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat(stream: false));
        NotStreamed++;
        await (await NextPromptAsync()).AnswerAsync(
            "200 OK", """{"choices":[{"index":0,"message":{"role":"assistant","content":"one"},"finish_reason":"stop"}],"usage":{"completion_tokens":7}}""");
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    /// <summary>A newer prompt ends one that streams.</summary>
    private async Task ReplaceAsync()
    {
        using var older = await StreamingAsync("replaced");
        using var newer = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat(), "replaced");
        await AnswerAsync(await NextPromptAsync());
        Assert.True((await newer.ReadAnswerAsync()).Finished);
    }

    /// <summary>Two newer prompts come while one does not stop: the first of them never starts, the second after the grace.</summary>
    private async Task ReplaceStubbornAsync()
    {
        using var older = await RawClient.PostChatAsync(Server, Stubborn, "stubborn");
        using var call = await _stubborn.NextCallAsync();
        call.Say("one");
        await older.ReadUntilAsync("one");
        using var between = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat(), "stubborn");
        await Eventually.HoldsAsync(() => Assert.NotNull(Server.View("stubborn")?.Waiting));
        using var newest = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat(), "stubborn");
        Assert.Equal(400, (await between.ReadAnswerAsync()).Status);
        await AnswerAsync(await NextPromptAsync());
        Assert.True((await newest.ReadAnswerAsync()).Finished);
    }

    /// <summary>Stops, with each of the three receipts.</summary>
    private async Task StopAsync()
    {
        using var client = await StreamingAsync("stopped");
        var trace = await Server.RunningAsync("stopped");
        Assert.Equal("finished_cleanly", (await Server.StopAsync(trace)).Outcome);
        Assert.Equal("already_ended", (await Server.StopAsync(trace)).Outcome);
        using var stubborn = await RawClient.PostChatAsync(Server, Stubborn, "unstoppable");
        var call = await _stubborn.NextCallAsync();
        Assert.Equal("timed_out", (await Server.StopAsync(await Server.RunningAsync("unstoppable"))).Outcome);
        _held.Add(call);
    }

    private async Task LeaveAsync()
    {
        (await StreamingAsync("left")).Reset();
        await Eventually.HoldsAsync(() => Assert.Contains(Server.Log.Of("stream_end"), line => line.Contains("client_disconnect", StringComparison.Ordinal)));
    }

    private async Task FailAsync()
    {
        using var client = await RawClient.PostChatAsync(Server, """{"model":"away","prompt":"Hi","stream":true}""");
        Assert.Equal(502, (await client.ReadAnswerAsync()).Status);
    }

    private async Task RefuseAsync()
    {
        foreach (var body in new[] { "{", """{"model":"nobody","prompt":"Hi"}""" })
        {
            using var client = await RawClient.PostChatAsync(Server, body);
            Assert.InRange((await client.ReadAnswerAsync()).Status, 400, 404);
        }
    }

    /// <summary>The next prompt at the model server; whoever looks at the metrics has it asked for its models too.</summary>
    private async Task<UpstreamCall> NextPromptAsync()
    {
        while (true)
        {
            var call = await _upstream.NextCallAsync();
            if (!call.Head.StartsWith("GET ", StringComparison.Ordinal))
                return call;
            await call.AnswerAsync("200 OK", """{"object":"list","data":[{"id":"m"}]}""");
        }
    }

    private async Task<RawClient> StreamingAsync(string session)
    {
        var client = await RawClient.PostChatAsync(Server, ServerWithUpstream.Chat(), session);
        var call = await NextPromptAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        return client;
    }

    private static string Stubborn => $$"""{"model":"{{StubbornBackend.Model}}","prompt":"Hi","stream":true}""";

    private static async Task AnswerAsync(UpstreamCall call)
    {
        await call.BeginEventsAsync();
        foreach (var token in new[] { "one", "two", "three" })
            await call.EventAsync(Chunks.Content(token));
        await call.FinishAsync();
    }
}
