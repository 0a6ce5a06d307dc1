using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Clients;

/// <summary>A client library, the real server with a scripted model server behind it, and a clock that only the case moves.</summary>
internal sealed class ClientScene : IAsyncDisposable
{
    private readonly ClientProcess _process;
    private readonly ClientStage _stage;
    private readonly bool _owned;
    private Task<UpstreamCall>? _next;

    private ClientScene(RealClient client, ClientProcess process, ClientStage stage, bool owned)
    {
        (Client, _process, _stage, _owned) = (client, process, stage, owned);
        Url = Server.Address.ToString().TrimEnd('/');
    }

    public RealClient Client { get; }

    public TestServer Server => _stage.Both.Server;

    /// <summary>Where the client calls: the server itself, or a proxy before it.</summary>
    public string Url { get; private init; }

    /// <summary>The client speaks HTTP/2.</summary>
    public bool Http2 { get; private init; }

    /// <summary>How many requests for an answer the server has seen, by its log.</summary>
    public int Requests => Server.Log.Of("stream_accepted").Count + Server.Log.Of("request_rejected").Count;

    /// <summary>A scene with a server of its own.</summary>
    public static async Task<ClientScene> SetAsync(RealClient client, ClientProcess process, params (string Key, string Value)[] settings) =>
        new(client, process, await ClientStage.StartAsync(settings), owned: true);

    /// <summary>A scene on a server that has others before and after it, whose log starts anew, and that is called through a proxy.</summary>
    public static ClientScene Behind(string proxy, RealClient client, bool http2, ClientProcess process, ClientStage stage)
    {
        stage.Both.Server.Log.Forget();
        foreach (var _ in stage.Both.Upstream.Rest())
        {
            // Left over from a scene that failed.
        }

        return new ClientScene(client, process, stage, owned: false) { Url = proxy, Http2 = http2 };
    }

    public Task<ClientCall> AskAsync(
        bool stream = true, string? session = null, bool tools = false, string model = "m", string key = "devkey", int? retries = null, int repeat = 1) =>
        _process.AskAsync(new ClientRequest(Url, "Hi", stream, model, session, tools, key) { Retries = retries, Repeat = repeat, Http2 = Http2 });

    public async Task<ClientAnswer> ListAsync() => await (await _process.AskAsync(new ClientRequest(Url, "") { List = true, Http2 = Http2 })).EndAsync();

    /// <summary>Asks and waits until the model server has the request.</summary>
    public async Task<(ClientCall Client, UpstreamCall Upstream)> AskUpstreamAsync(bool stream = true, string? session = null, bool tools = false)
    {
        var call = await AskAsync(stream, session, tools);
        return (call, await NextCallAsync());
    }

    /// <summary>The next request that reaches the model server.</summary>
    public Task<UpstreamCall> NextCallAsync()
    {
        var next = _next is { IsFaulted: false } waiting ? waiting : _stage.Both.Upstream.NextCallAsync(TimeSpan.FromSeconds(30));
        _next = null;
        return next;
    }

    /// <summary>Lets the script take every request that reaches the model server until the client has done.</summary>
    public async Task<ClientAnswer> PlayAsync(ClientCall call, Func<UpstreamCall, Task> script)
    {
        var end = call.EndAsync();
        while (!end.IsCompleted)
        {
            _next ??= NextCallAsync();
            await Task.WhenAny(end, _next);
            if (_next.IsCompleted)
                await script(await NextCallAsync());
        }

        return await end;
    }

    /// <summary>The next prompt of the same client is answered whole: an error has broken nothing.</summary>
    public async Task StillWorksAsync()
    {
        var (client, upstream) = await AskUpstreamAsync();
        await upstream.AnswerAsync();
        Finished(await client.EndAsync());
    }

    public void Advance(TimeSpan time) => _stage.Time.Advance(time);

    /// <summary>Time goes by until something is over, so slowly that what is under way (a write that has not returned) is over first.</summary>
    public async Task AdvanceUntilAsync(Task over)
    {
        while (!over.IsCompleted)
        {
            _stage.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(over, Task.Delay(5));
        }
    }

    /// <summary>Ends what a case that failed has left open, so that the next one does not fail of it.</summary>
    public async Task ClearAsync()
    {
        Advance(TimeSpan.FromHours(1));
        await Eventually.HoldsAsync(() => Assert.Equal(0, Server.Responses.Count));
    }

    /// <summary>The model server is silent for so long that the client is sent comment lines.</summary>
    public async Task BeatAsync()
    {
        _stage.Time.Advance(TimeSpan.FromSeconds(5));
        if (!Client.SpeaksOllama)
            await Eventually.HoldsAsync(() => Assert.All(Server.Responses.All, response => Assert.NotNull(response.Body)));
        _stage.Time.Advance(TimeSpan.FromSeconds(5));
    }

    /// <summary>Checks that an error tells what happened, as far as the library can.</summary>
    /// <param name="error">What it threw.</param>
    /// <param name="code">The reason.</param>
    /// <param name="status">Null: the status had gone out before.</param>
    /// <returns>The error for a cell.</returns>
    public string Tells(ClientError? error, string code, int? status = null)
    {
        Assert.NotNull(error);
        if (status is not null)
            Assert.Equal(status, error.Status);
        if (Client.SpeaksOllama)
            Assert.NotEmpty(error.Message);
        else if (status is not null || Client.ReadsFrames)
            Assert.Equal(code, error.Code);
        return error.Describe(byText: Client.SpeaksOllama);
    }

    /// <summary>The answer that all scripts give, taken for finished.</summary>
    public static void Finished(ClientAnswer answer)
    {
        Assert.Null(answer.Error);
        Assert.Equal((ClientScripts.Text, "stop", ClientScripts.Tokens), (answer.Text, answer.Finish?.ToLowerInvariant(), answer.Usage));
    }

    /// <summary>Nothing is open, and the library raised nothing where nobody looks.</summary>
    public async Task IsCleanAsync()
    {
        await Books.BalancedAsync(Server);
        Assert.Empty(_process.Strays);
        Assert.DoesNotContain(Server.Log.All, line => line.Contains(" ERR ", StringComparison.Ordinal));
    }

    public async ValueTask DisposeAsync()
    {
        if (!_owned)
            return;
        // A case that failed may leave open what only the clock ends.
        var stop = _stage.DisposeAsync().AsTask();
        await AdvanceUntilAsync(stop);
        await stop;
    }
}
