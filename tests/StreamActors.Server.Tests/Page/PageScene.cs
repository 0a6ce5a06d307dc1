using System.Threading.Channels;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Page;

/// <summary>The real server with a scripted model server that says at once which models it has, however often it is asked.</summary>
internal sealed class PageScene : IAsyncDisposable
{
    private readonly RawUpstream _upstream = new();
    private readonly Channel<UpstreamCall> _chats = Channel.CreateUnbounded<UpstreamCall>();
    private readonly CancellationTokenSource _stop = new();
    private readonly (string Key, string Value)[] _settings;
    private readonly Task _answering;

    private PageScene((string Key, string Value)[] settings) => (_settings, _answering) = (settings, AnswerAsync());

    public TestServer Server { get; private set; } = null!;

    public static async Task<PageScene> StartAsync(params (string Key, string Value)[] settings)
    {
        var scene = new PageScene(settings);
        scene.Server = await scene.StartServerAsync("http://127.0.0.1:0");
        return scene;
    }

    /// <summary>The next chat that reaches the model server.</summary>
    public async Task<UpstreamCall> NextChatAsync() => await _chats.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(15));

    /// <summary>The next chat, with the first words of its answer.</summary>
    public async Task<UpstreamCall> NextChatSaysAsync(string text)
    {
        var call = await NextChatAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content(text));
        return call;
    }

    /// <summary>Stops the server.</summary>
    public async Task StopServerAsync() => await Server.DisposeAsync();

    /// <summary>Starts it again where it was.</summary>
    public async Task RestartServerAsync() => Server = await StartServerAsync(Server.Address.ToString());

    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _stop.CancelAsync();
        await _answering;
        await _upstream.DisposeAsync();
    }

    private Task<TestServer> StartServerAsync(string url) => TestServer.StartAsync(
    [
        ("Server:Urls", url), ("Server:DrainTimeout", "00:00:00"), ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", _upstream.Url),
        ("Backends:up:Models:0", "m"), ("Backends:up:Models:1", "m-large"), .. _settings,
    ]);

    private async Task AnswerAsync()
    {
        while (!_stop.IsCancellationRequested)
        {
            UpstreamCall call;
            try
            {
                call = await _upstream.NextCallAsync(TimeSpan.FromSeconds(1));
            }
            catch (OperationCanceledException)
            {
                continue;
            }

            if (call.Head.StartsWith("GET ", StringComparison.Ordinal))
                await call.AnswerAsync("200 OK", """{"object":"list","data":[{"id":"m"},{"id":"m-large"}]}""");
            else
                _chats.Writer.TryWrite(call);
        }
    }
}
