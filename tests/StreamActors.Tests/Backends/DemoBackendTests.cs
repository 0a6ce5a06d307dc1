using System.Text;
using System.Text.Json;
using StreamActors.Backends;
using StreamActors.Backends.Demo;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;

namespace StreamActors.Tests.Backends;

public class DemoBackendTests
{
    private readonly DemoBackend _demo = new("demo", new BackendOptions { TokensPerSecond = 100_000 }, TimeProvider.System);

    [Fact]
    public async Task It_says_in_its_first_words_what_it_is() =>
        Assert.StartsWith("This is the demo model", await AnswerAsync("Hello"));

    [Fact]
    public async Task The_same_prompt_gives_the_same_answer() => Assert.Equal(await AnswerAsync("Hello"), await AnswerAsync("Hello"));

    [Fact]
    public async Task A_long_prompt_gives_a_long_answer()
    {
        Assert.True((await AnswerAsync("Write a 10 paragraph essay")).Length > 5 * (await AnswerAsync("Hi")).Length);
    }

    [Fact]
    public async Task Its_chunks_are_what_the_scanner_of_real_backends_reads_them_to_be()
    {
        await foreach (var chunk in _demo.StreamAsync(Request("""{"messages":[{"role":"user","content":"x"}],"stream_options":{"include_usage":true}}"""), default))
            Assert.Equal(ChunkScanner.Scan(chunk.Json.Span).Facts, chunk.Facts);
    }

    [Fact]
    public async Task A_limit_of_tokens_ends_it_for_length()
    {
        var chunks = await ReadAsync("""{"max_tokens":3,"messages":[{"role":"user","content":[{"type":"text","text":"x"}]}]}""");
        Assert.Equal("length", chunks[^1].GetProperty("choices")[0].GetProperty("finish_reason").GetString());
        Assert.Equal(5, chunks.Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Usage_counts_the_words_of_prompt_and_answer(bool stream)
    {
        var body = Encoding.UTF8.GetBytes("""{"max_tokens":3,"stream_options":{"include_usage":true},"messages":[{"role":"user","content":"one two"}]}""");
        var last = default(JsonElement);
        await foreach (var chunk in _demo.StreamAsync(new ChatRequest("demo", "demo", body, stream), default))
            last = JsonElement.Parse(chunk.Json.Span);

        Assert.Equal("""{"prompt_tokens":2,"completion_tokens":3,"total_tokens":5}""", last.GetProperty("usage").GetRawText());
    }

    [Fact]
    public async Task More_than_one_answer_is_refused_as_the_callers_fault()
    {
        var request = Request("""{"messages":[{"role":"user","content":"x"}]}""") with { Choices = 2 };

        var failure = await Assert.ThrowsAsync<BackendException>(async () => await _demo.StreamAsync(request, default).GetAsyncEnumerator().MoveNextAsync());

        Assert.Equal(400, failure.Fault!.Status);
    }

    [Fact]
    public async Task Cancelling_ends_it_while_it_waits_for_its_pace()
    {
        var slow = new DemoBackend("demo", new BackendOptions { TokensPerSecond = 0.1 }, TimeProvider.System);
        using var cancel = new CancellationTokenSource();
        await using var answer = slow.StreamAsync(Request("""{"messages":[{"role":"user","content":"x"}]}"""), cancel.Token).GetAsyncEnumerator();
        Assert.True(await answer.MoveNextAsync());
        var next = answer.MoveNextAsync().AsTask();

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => next.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    private async Task<string> AnswerAsync(string prompt) => string.Concat(
        (await ReadAsync($$"""{"messages":[{"role":"user","content":"{{prompt}}"}]}"""))
        .Select(c => c.GetProperty("choices")[0].GetProperty("delta"))
        .Select(d => d.TryGetProperty("content", out var text) ? text.GetString() : ""));

    private async Task<List<JsonElement>> ReadAsync(string body)
    {
        var chunks = new List<JsonElement>();
        await foreach (var chunk in _demo.StreamAsync(Request(body), default))
            chunks.Add(JsonElement.Parse(chunk.Json.Span));
        return chunks;
    }

    private static ChatRequest Request(string body) => new("demo", "demo", Encoding.UTF8.GetBytes(body), Stream: true);
}
