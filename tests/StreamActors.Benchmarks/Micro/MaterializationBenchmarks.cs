using System.IO.Pipelines;
using Akka.Actor;
using Akka.Streams;
using BenchmarkDotNet.Attributes;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Benchmarks.Micro;

/// <summary>A whole answer on a token path: chunks that are there at once, until it is over.</summary>
public class MaterializationBenchmarks : IResponseEndpoint
{
    private static readonly ResponseFormat Format = new(EventStreamFormat.Instance, TimeSpan.FromHours(1), TimeSpan.FromHours(1));

    private readonly PipeWriter _writer = PipeWriter.Create(Stream.Null);
    private readonly byte[] _json = """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":" word"},"finish_reason":null}]}"""u8.ToArray();
    private readonly TokenPaths _paths = new();
    private ActorSystem? _system;
    private ActorMaterializer? _materializer;

    /// <summary>Chunks in the answer.</summary>
    [Params(1, 256)]
    public int Chunks { get; set; }

    [GlobalSetup]
    public async Task StartAsync()
    {
        _system = ActorSystem.Create("bench");
        _materializer = _system.Materializer();
        await TokenPaths.ReadyAsync(_system);
    }

    [GlobalCleanup]
    public Task StopAsync() => _system!.Terminate();

    [Benchmark]
    public async Task<PumpEnd> TokenPath()
    {
        using var upstream = new CancellationTokenSource();
        using var response = new OpenResponse(TraceId.New(), new SessionKey("bench", "bench"), this, Format, TimeProvider.System);
        var over = new TaskCompletionSource<PumpEnd>(TaskCreationOptions.RunContinuationsAsynchronously);
        _paths.Begin(new PumpedAnswer(AnswerAsync(), upstream, response, new StreamProgress(TimeProvider.System), over.SetResult), _materializer!);
        return await over.Task;
    }

    public PipeWriter Begin(IReadOnlyList<KeyValuePair<string, string>> headers) => _writer;

    public void ReportTooSlow()
    {
    }

    private async IAsyncEnumerable<Chunk> AnswerAsync()
    {
        await Task.CompletedTask;
        for (var i = 0; i < Chunks; i++)
            yield return new Chunk(_json, new ChunkFacts(HasContent: true));
    }
}
