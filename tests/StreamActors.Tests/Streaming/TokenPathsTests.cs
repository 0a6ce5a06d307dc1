using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text;
using System.Threading.Channels;
using Akka.Streams;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Dispatch;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Tests.Streaming;

public class TokenPathsTests : TestKit
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    private readonly TokenPaths _paths = new();

    public TokenPathsTests() : base(RunToCompletionConfigurator.Hocon)
    {
    }

    [Fact]
    public async Task A_path_carries_one_answer_after_another()
    {
        for (var i = 0; i < 5; i++)
        {
            var answer = new Answer(this, "a", "b");
            answer.Source.Complete();

            Assert.Equal(new PumpEnd(new UpstreamEnd(true, null), WriteResult.Written), await answer.OverAsync());
            Assert.Equal("data: a\n\ndata: b\n\n", answer.Written());
            AwaitAssert(() => Assert.Equal(1, _paths.Idle));
        }
    }

    [Fact]
    public async Task An_answer_that_is_stopped_leaves_its_path_to_the_next()
    {
        var stopped = new Answer(this, "a");
        await stopped.Source.Asked.WaitAsync(Bound);

        stopped.Pumped.Stop();

        Assert.False((await stopped.OverAsync()).Upstream.Completed);
        Assert.True(stopped.Source.Disposed);
        var next = new Answer(this, "b");
        next.Source.Complete();
        Assert.True((await next.OverAsync()).Upstream.Completed);
        Assert.Equal("data: b\n\n", next.Written());
        // Too late for its own answer, and nothing to the path's next.
        stopped.Pumped.Stop();
        AwaitAssert(() => Assert.Equal(1, _paths.Idle));
    }

    [Fact]
    public async Task An_answer_that_fails_leaves_its_path_to_the_next()
    {
        var failed = new Answer(this, "a");
        failed.Source.Complete(new InvalidOperationException("broken"));
        Assert.Equal("broken", (await failed.OverAsync()).Upstream.Failure?.Message);

        var next = new Answer(this, "b");
        next.Source.Complete();

        Assert.Null((await next.OverAsync()).Upstream.Failure);
        Assert.Equal(1, _paths.Idle);
    }

    [Fact]
    public async Task Nothing_is_written_after_the_fence_and_the_backend_is_asked_no_more()
    {
        var answer = new Answer(this);
        await answer.Source.Asked.WaitAsync(Bound);
        answer.Response.End(StreamEnding.Because(EndReason.RegistryNewStream));

        answer.Source.Add("late");

        var end = await answer.OverAsync();
        Assert.Equal((WriteResult.Fenced, false), (end.Output, end.Upstream.Completed));
        Assert.True(answer.Pumped.Upstream.IsCancellationRequested);
        Assert.Equal("", answer.Written());
    }

    [Fact]
    public async Task A_backend_that_hangs_at_its_end_holds_back_no_word()
    {
        var answer = new Answer(this, "a");
        var hang = answer.Source.HangAtEnd();
        answer.Source.Complete();

        Assert.Equal("data: a\n\n", await answer.FlushedAsync());
        Assert.False(answer.OverAsync().IsCompleted);
        hang.SetResult();
        Assert.True((await answer.OverAsync()).Upstream.Completed);
    }

    [Fact]
    public async Task Answers_at_the_same_time_have_paths_of_their_own()
    {
        var answers = Enumerable.Range(0, 20).Select(i => new Answer(this, $"{i}")).ToList();
        foreach (var answer in answers)
            answer.Source.Complete();

        for (var i = 0; i < answers.Count; i++)
        {
            Assert.True((await answers[i].OverAsync()).Upstream.Completed);
            Assert.Equal($"data: {i}\n\n", answers[i].Written());
        }

        AwaitAssert(() => Assert.InRange(_paths.Idle, 1, 20));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_comes_when_its_turn_has_no_time_left_is_not_lost(bool isEnd)
    {
        for (var round = 0; round < 20; round++)
        {
            var answer = new Answer(this, "a");
            Assert.Equal("data: a\n\n", await answer.FlushedAsync());
            var time = new FakeTimeProvider();
            using (RunToCompletion.Begin(time))
            {
                Assert.True(RunToCompletion.MayGoOn(0));
                time.Advance(RunToCompletion.Budget);
                if (isEnd)
                    answer.Source.Complete();
                else
                    answer.Source.Add("b");
            }

            if (!isEnd)
                answer.Source.Complete();
            Assert.True((await answer.OverAsync()).Upstream.Completed);
        }
    }

    [Fact]
    public async Task A_path_that_goes_with_its_actor_system_ends_its_answer_and_closes_the_backend()
    {
        var answer = new Answer(this, "a");
        await answer.Source.Asked.WaitAsync(Bound);

        await Sys.Terminate();

        Assert.Equal((WriteResult.Fenced, false), ((await answer.OverAsync()).Output, (await answer.OverAsync()).Upstream.Completed));
        Assert.True(answer.Source.Disposed);
    }

    /// <summary>An answer on its way, its backend's side and its client's in the test's hand.</summary>
    private sealed class Answer : IResponseEndpoint
    {
        private readonly Pipe _body = new(new PipeOptions(pauseWriterThreshold: 0));
        private readonly TaskCompletionSource<PumpEnd> _over = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Answer(TokenPathsTests test, params string[] chunks)
        {
            var format = new ResponseFormat(EventStreamFormat.Instance, TimeSpan.FromHours(1), TimeSpan.FromHours(1));
            Response = new OpenResponse(TraceId.New(), new SessionKey("test", "test"), this, format, TimeProvider.System);
            var upstream = new CancellationTokenSource();
            Source = new ScriptedAnswer(upstream.Token);
            foreach (var chunk in chunks)
                Source.Add(chunk);
            Pumped = new PumpedAnswer(Source.ReadAsync(), upstream, Response, new StreamProgress(TimeProvider.System), _over.SetResult);
            test._paths.Begin(Pumped, test.Sys.Materializer());
        }

        public OpenResponse Response { get; }

        public PumpedAnswer Pumped { get; }

        public ScriptedAnswer Source { get; }

        public Task<PumpEnd> OverAsync() => _over.Task.WaitAsync(Bound);

        /// <summary>What has been written, flushed or not.</summary>
        public string Written()
        {
            _body.Writer.Complete();
            return _body.Reader.TryRead(out var read) ? Encoding.UTF8.GetString(read.Buffer) : "";
        }

        /// <summary>What reaches the client first.</summary>
        public async Task<string> FlushedAsync()
        {
            using var bound = new CancellationTokenSource(Bound);
            return Encoding.UTF8.GetString((await _body.Reader.ReadAsync(bound.Token)).Buffer);
        }

        public PipeWriter Begin(IReadOnlyList<KeyValuePair<string, string>> headers) => _body.Writer;

        public void ReportTooSlow()
        {
        }
    }

    private sealed class ScriptedAnswer(CancellationToken cancellation)
    {
        private readonly Channel<Chunk> _chunks = Channel.CreateUnbounded<Chunk>(new UnboundedChannelOptions { AllowSynchronousContinuations = true });
        private Task _end = Task.CompletedTask;
        private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);

        /// <summary>The first chunk is awaited.</summary>
        public Task Asked => _asked.Task;

        public bool Disposed { get; private set; }

        /// <summary>Does not come back from its disposal until what it gives is set.</summary>
        public TaskCompletionSource HangAtEnd()
        {
            var hang = new TaskCompletionSource();
            _end = hang.Task;
            return hang;
        }

        public void Add(string json) => _chunks.Writer.TryWrite(new Chunk(Encoding.UTF8.GetBytes(json), new ChunkFacts(HasContent: true)));

        public void Complete(Exception? failure = null) => _chunks.Writer.Complete(failure);

        public async IAsyncEnumerable<Chunk> ReadAsync([EnumeratorCancellation] CancellationToken unused = default)
        {
            try
            {
                _asked.TrySetResult();
                await foreach (var chunk in _chunks.Reader.ReadAllAsync(cancellation))
                    yield return chunk;
            }
            finally
            {
                await _end;
                Disposed = true;
            }
        }
    }
}
