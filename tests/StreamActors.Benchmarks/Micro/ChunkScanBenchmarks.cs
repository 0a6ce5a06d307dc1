using System.Text;
using BenchmarkDotNet.Attributes;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;

namespace StreamActors.Benchmarks.Micro;

/// <summary>What the pump must know of a chunk that passes through, read off its bytes.</summary>
public class ChunkScanBenchmarks
{
    private readonly byte[] _token = Chunk("""{"content":" word"}""");
    private readonly byte[] _tool = Chunk("""{"tool_calls":[{"index":0,"id":"call_1","type":"function","function":{"name":"weather","arguments":"{\"place\":\"Oslo\"}"}}]}""");
    private readonly byte[] _usage = Encoding.UTF8.GetBytes(
        """{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1,"model":"m","choices":[],"usage":{"prompt_tokens":26,"completion_tokens":290,"total_tokens":316}}""");

    [Benchmark(Baseline = true)]
    public ChunkFacts Token() => ChunkScanner.Scan(_token).Facts;

    [Benchmark]
    public ChunkFacts ToolCall() => ChunkScanner.Scan(_tool).Facts;

    [Benchmark]
    public ChunkFacts Usage() => ChunkScanner.Scan(_usage).Facts;

    private static byte[] Chunk(string delta) => Encoding.UTF8.GetBytes(
        $$"""{"id":"chatcmpl-9f2c7c1e5b8d4a6f93d1","object":"chat.completion.chunk","created":1764000000,"model":"m","choices":[{"index":0,"delta":{{delta}},"logprobs":null,"finish_reason":null}]}""");
}
