using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Support;

/// <summary>The real server with a scripted model server behind it, which serves the model <c>m</c>.</summary>
public class ServerWithUpstream : IAsyncLifetime, IAsyncDisposable
{
    private readonly Action<IServiceCollection> _services;
    private readonly (string Key, string Value)[] _settings;

    public ServerWithUpstream() : this([])
    {
    }

    protected ServerWithUpstream((string Key, string Value)[] settings, Action<IServiceCollection>? services = null) =>
        (_settings, _services) = (settings, services ?? (_ => { }));

    public RawUpstream Upstream { get; } = new();

    public TestServer Server { get; private set; } = null!;

    /// <summary>How the server knows its model server.</summary>
    protected virtual (string Key, string Value)[] Backend => [("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", Upstream.Url)];

    /// <summary>The models it is configured with; none: it is asked. Where there are some, the model server has no list unless the test says so.</summary>
    protected virtual (string Key, string Value)[] Served => [("Backends:up:Models:0", "m")];

    public static Task<ServerWithUpstream> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <param name="services">Puts own services in place of the server's.</param>
    /// <param name="settings">More settings.</param>
    public static async Task<ServerWithUpstream> StartAsync(Action<IServiceCollection> services, params (string Key, string Value)[] settings)
    {
        var both = new ServerWithUpstream(settings, services);
        await both.InitializeAsync();
        return both;
    }

    /// <summary>A chat request for the model, streamed or not.</summary>
    public static string Chat(bool stream = true, string prompt = "Hi") =>
        $$"""{"model":"m","messages":[{"role":"user","content":{{JsonSerializer.Serialize(prompt)}}}],"stream":{{(stream ? "true" : "false")}}}""";

    /// <summary>Sends a chat request and waits until the upstream has it.</summary>
    public async Task<(RawClient Client, UpstreamCall Call)> AskAsync(bool stream = true, string? session = null)
    {
        var client = await RawClient.PostChatAsync(Server, Chat(stream), session);
        return (client, await Upstream.NextCallAsync());
    }

    /// <summary>Asks, lets the script answer, and reads the answer to its end. The script may find its connection closed: what was answered shows why.</summary>
    public async Task<RawAnswer> AnswerAsync(Func<UpstreamCall, Task> script, bool stream = true)
    {
        var (client, call) = await AskAsync(stream);
        using (client)
        {
            try
            {
                await script(call);
            }
            catch (Exception failure) when (UpstreamCall.IsClosed(failure))
            {
                // The server had enough of it.
            }

            return await client.ReadAnswerAsync();
        }
    }

    public async Task InitializeAsync()
    {
        Upstream.HasNoList = Served.Length > 0;
        Server = await TestServer.StartAsync(_services, [.. Backend, .. Served, ("Server:DrainTimeout", "00:00:00"), .. _settings]);
    }

    async Task IAsyncLifetime.DisposeAsync() => await DisposeAsync();

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await Upstream.DisposeAsync();
        GC.SuppressFinalize(this);
    }
}
