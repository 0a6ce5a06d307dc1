using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Backends.Demo;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>A server with a backend that does not stop, one that is well (<c>demo</c>), and the shortest grace.</summary>
internal sealed class StubbornServer(TestServer server, StubbornBackend backend) : IAsyncDisposable
{
    private readonly List<StubbornCall> _calls = [];

    public TestServer Server => server;

    public static async Task<StubbornServer> StartAsync(bool blocks = false, params (string Key, string Value)[] settings)
    {
        var backend = new StubbornBackend(blocks);
        var fast = new BackendOptions { Type = BackendType.Demo, TokensPerSecond = 500 };
        var server = await TestServer.StartAsync(
            services => services.AddSingleton(new BackendRegistry(
                [(backend, new BackendOptions()), (new DemoBackend("demo", fast, TimeProvider.System), fast)])),
            [
                ($"Backends:{StubbornBackend.Model}:Type", "Demo"), ($"Backends:{StubbornBackend.Model}:Models:0", StubbornBackend.Model),
                ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"),
                ("Sessions:CancelGrace", "00:00:01"), ("Server:DrainTimeout", "00:00:00"), .. settings,
            ]);
        return new StubbornServer(server, backend);
    }

    /// <summary>Asks the backend that does not stop and reads its first token.</summary>
    public async Task<(RawClient Client, StubbornCall Call)> StreamingAsync(string session, string token = "one")
    {
        var client = await RawClient.PostChatAsync(server, Chat(stream: true), session);
        var call = await SayAsync(token);
        await client.ReadUntilAsync(token);
        return (client, call);
    }

    /// <summary>A prompt for the backend that does not stop.</summary>
    public static string Chat(bool stream) =>
        $$"""{"model":"{{StubbornBackend.Model}}","prompt":"Hi","stream":{{(stream ? "true" : "false")}}}""";

    /// <summary>Lets the next call say something, and no more.</summary>
    public async Task<StubbornCall> SayAsync(string token)
    {
        var call = await backend.NextCallAsync();
        _calls.Add(call);
        call.Say(token);
        return call;
    }

    /// <summary>Asks the backend that is well, and reads its answer.</summary>
    public async Task<RawAnswer> AskDemoAsync(string? session = null)
    {
        using var client = await RawClient.PostChatAsync(
            server, """{"model":"demo","prompt":"Hi","stream":true,"max_tokens":3}""", session);
        return await client.ReadAnswerAsync();
    }

    public async ValueTask DisposeAsync()
    {
        _calls.ForEach(call => call.Dispose());
        await server.DisposeAsync();
    }
}
