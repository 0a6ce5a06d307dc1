using System.Net;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Tests;

/// <summary>Generator and model server of the harness against each other, over real sockets.</summary>
public sealed class PacedBackendTests : IAsyncLifetime, ILoad
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(30);

    private readonly string _folder = Directory.CreateTempSubdirectory("bench-test-").FullName;
    private readonly LoadLoop _loop = new(CancellationToken.None);
    private readonly List<AnswerEnd> _ends = [];
    private readonly List<long> _sent = [];
    private UpstreamProcess? _upstream;

    private UpstreamProcess Upstream => _upstream!;

    private IPEndPoint Address => Upstream.EndPoint;

    public async Task InitializeAsync() => _upstream = await UpstreamProcess.StartAsync(_folder, CancellationToken.None);

    public async Task DisposeAsync()
    {
        _loop.Dispose();
        await Upstream.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task An_answer_has_its_tokens_at_their_pace_and_is_booked()
    {
        var connection = _loop.Open(Address, this);
        connection.Ask(Ask.For(Address, new Order(Session: 7, Prompt: 1, Tokens: 5, Pace: 10_000)));

        Assert.True(_loop.Run(Within, () => _ends.Count == 1));

        Assert.Equal([AnswerEnd.Complete], _ends);
        Assert.Equal(5, connection.Tokens);
        // A token may be late, since the machine is others' too, but never early.
        Assert.All(_sent.Index(), token => Assert.True(token.Item >= connection.Asked + (token.Index * 10_000)));
        await Upstream.SettledAsync(CancellationToken.None);
        Assert.Equal((1, 1, 0, 0), await CountsAsync());
    }

    [Fact]
    public async Task A_client_that_leaves_is_booked_as_an_abort_before_the_prompt_that_follows_it()
    {
        for (var session = 1; session <= 100; session++)
        {
            var first = _loop.Open(Address, this);
            first.Ask(Ask.For(Address, new Order(session, 1, Tokens: 1000, Pace: 1000)));
            Assert.True(_loop.Run(Within, () => first.Tokens > 0));
            first.Close();
            var second = _loop.Open(Address, this);
            second.Ask(Ask.For(Address, new Order(session, 2, Tokens: 1, Pace: 0)));
            Assert.True(_loop.Run(Within, () => !second.Busy));
        }

        await Upstream.SettledAsync(CancellationToken.None);
        Assert.Equal((200, 100, 100, 0), await CountsAsync());
    }

    [Fact]
    public async Task A_prompt_beside_a_live_one_of_its_session_is_an_overlap()
    {
        var first = _loop.Open(Address, this);
        first.Ask(Ask.For(Address, new Order(1, 1, Tokens: 1000, Pace: 1000)));
        Assert.True(_loop.Run(Within, () => first.Tokens > 0));
        _loop.Open(Address, this).Ask(Ask.For(Address, new Order(1, 2, Tokens: 1, Pace: 0)));
        Assert.True(_loop.Run(Within, () => _ends.Count == 1));
        first.Close();

        await Upstream.SettledAsync(CancellationToken.None);
        Assert.Equal((2, 1, 1, 1), await CountsAsync());
        Assert.Equal(2, (await Upstream.BooksAsync()).MostLive);
        Assert.Contains(await Upstream.EventsAsync(), e => e is { What: Happened.Aborted, Session: 1, Prompt: 1 });
    }

    void ILoad.Token(LoadConnection connection, long sent, long now) => _sent.Add(sent);

    void ILoad.Ended(LoadConnection connection, AnswerEnd end, long now) => _ends.Add(end);

    private async Task<(long Accepted, long Ended, long Aborted, long Overlaps)> CountsAsync() =>
        await Upstream.BooksAsync() is var books ? (books.Accepted, books.Ended, books.Aborted, books.Overlaps) : default;
}
