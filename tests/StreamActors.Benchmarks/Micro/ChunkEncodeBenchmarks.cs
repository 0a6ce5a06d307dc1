using System.Buffers;
using System.Text;
using BenchmarkDotNet.Attributes;
using StreamActors.Backends.Demo;
using StreamActors.Backends.Ollama;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Benchmarks.Micro;

/// <summary>Chunks of backends that do not speak OpenAI's protocol, and the framing of one as a server-sent event.</summary>
public class ChunkEncodeBenchmarks
{
    private readonly DemoChunks _demo = new("demo", DateTimeOffset.UnixEpoch, promptTokens: 10);
    private readonly OllamaChunks _ollama = new("qwen3:8b", TraceId.New(), DateTimeOffset.UnixEpoch, includeUsage: false, new AnswerErrors("ollama", callersKey: false, () => UpstreamSecrets.Of(new HttpClient())));
    private readonly byte[] _line = Encoding.UTF8.GetBytes(
        """{"model":"qwen3:8b","created_at":"2026-11-25T12:00:00.123456Z","message":{"role":"assistant","content":" word"},"done":false}""");

    private readonly ArrayBufferWriter<byte> _body = new(4096);
    private Chunk _chunk;

    [GlobalSetup]
    public void Encode()
    {
        var chunk = _demo.Content(" word");
        _chunk = chunk with { Json = chunk.Json.ToArray() };
    }

    [Benchmark(Baseline = true)]
    public Chunk Demo() => _demo.Content(" word");

    [Benchmark]
    public Chunk? Ollama() => _ollama.Delta(_line);

    [Benchmark]
    public int Frame()
    {
        _body.ResetWrittenCount();
        EventStreamFormat.Instance.Write(_chunk, _body);
        return _body.WrittenCount;
    }
}
