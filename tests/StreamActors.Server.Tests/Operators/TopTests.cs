using System.Threading.Channels;
using Microsoft.Extensions.Time.Testing;
using Spectre.Console;
using Spectre.Console.Testing;
using StreamActors.Ops;
using StreamActors.Ops.Client;
using StreamActors.Ops.Top;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Operators;

/// <summary>The live view, as a terminal would get it.</summary>
public class TopTests
{
    private const string AltScreen = "\u001b[?1049h";
    private const string PlainScreen = "\u001b[?1049l";
    private const string HideCursor = "\u001b[?25l";
    private const string ShowCursor = "\u001b[?25h";

    [Fact]
    public async Task The_view_is_live_survives_a_restart_of_the_server_and_leaves_the_terminal_as_it_was()
    {
        var time = new FakeTimeProvider();
        using var console = Terminal();
        using var quit = new CancellationTokenSource();
        var first = await TestServer.StartAsync();
        var url = first.Address.ToString().TrimEnd('/');
        using var client = new OperatorClient(new ServerPlace(first.Folder, CommandLine.Parse(["top", "--url", url, "--key", "kept"], "ops", out _)!));
        await first.DisposeAsync();
        var top = new TopCommand(client, console, new Keyboard(), time).RunAsync(live: true, quit.Token);

        await Eventually.HoldsAsync(() => Assert.Contains("No server can be reached", console.Output));
        await using (await TestServer.StartAsync(("Server:Urls", url), ("Operations:Sha256", Keys.Hash("kept"))))
        {
            await NextAsync(time, console, "takes prompts");
        }

        await NextAsync(time, console, "no answer");
        Assert.Contains("takes prompts", console.Output);
        await using (await TestServer.StartAsync(("Server:Urls", url), ("Operations:Sha256", Keys.Hash("kept"))))
        {
            var before = console.Output.Length;
            await Eventually.HoldsAsync(() =>
            {
                time.Advance(TimeSpan.FromSeconds(1));
                Assert.Contains("takes prompts", console.Output[before..]);
            });
        }

        await quit.CancelAsync();
        Assert.Equal(0, await top);
        Assert.StartsWith(AltScreen + HideCursor, console.Output);
        Assert.EndsWith(ShowCursor + PlainScreen, console.Output);
    }

    [Theory]
    [InlineData(ConsoleKey.Q)]
    [InlineData(ConsoleKey.Escape)]
    public async Task A_key_ends_it(ConsoleKey key)
    {
        using var console = Terminal();
        var keyboard = new Keyboard();
        await using var server = await TestServer.StartAsync();
        using var client = new OperatorClient(new ServerPlace(server.Folder, CommandLine.Parse(["top", "--url", server.Address.ToString()], "ops", out _)!));

        var top = new TopCommand(client, console, keyboard, TimeProvider.System).RunAsync(live: true, CancellationToken.None);
        await Eventually.HoldsAsync(() => Assert.Contains("takes prompts", console.Output));
        keyboard.Press(ConsoleKey.A);
        Assert.False(top.IsCompleted);
        keyboard.Press(key);

        Assert.Equal(0, await top);
        Assert.EndsWith(ShowCursor + PlainScreen, console.Output);
    }

    [Fact]
    public void A_frame_fits_the_terminal_whatever_there_is_to_show()
    {
        using var console = Terminal();
        var state = new TopState(new Uri("http://127.0.0.1:8000"));
        state.Saw(Busy(10));
        state.Saw(Busy(11));

        console.Write(new Frame(new TopView(console.Profile.Width - 1, console.Profile.Height).Of(state), console.Profile.Height));

        var lines = Plain(console.Output).Split('\n');
        Assert.Equal(24, lines.Length);
        Assert.All(lines, line => Assert.True(line.TrimEnd('\r').Length < 80, line));
        Assert.True(lines.Any(line => line.Contains("stream_end", StringComparison.Ordinal)), Plain(console.Output));
    }

    [Theory]
    [InlineData("short", 8, "short   ")]
    [InlineData("exactly", 7, "exactly")]
    [InlineData("much too long", 7, "much t…")]
    [InlineData("模型模型", 8, "模型模型")]
    [InlineData("模型模型模型", 7, "模型模…")]
    public void A_cell_is_as_wide_as_it_is_told(string text, int cells, string fit) => Assert.Equal(fit, Row.Fit(text, cells));

    [Fact]
    public void Text_from_outside_cannot_steer_the_terminal()
    {
        Assert.Equal("a\uFFFD[2Jb\uFFFDc", Shown.Clean("a\u001b[2Jb\u202ec"));
        Assert.DoesNotContain('\u001b', string.Concat(Shown.Clean("\u001b]0;title\a")));
    }

    [Fact]
    public void A_server_that_was_started_again_counts_from_zero()
    {
        var state = new TopState(new Uri("http://127.0.0.1:8000"));
        state.Saw(Busy(100, tokens: 9_000));
        state.Saw(Busy(101, tokens: 10_000));
        state.Saw(Busy(1, tokens: 5) with { At = TimeSpan.FromSeconds(102) });
        state.Saw(Busy(2, tokens: 25) with { At = TimeSpan.FromSeconds(103) });

        Assert.Equal([1000, 20], state.Tokens);
    }

    [Theory]
    [InlineData(new double[] { }, "")]
    [InlineData(new[] { 0.0, 0.0 }, "▁▁")]
    [InlineData(new[] { 0.0, 50, 100 }, "▁▅█")]
    public void A_row_of_numbers_is_drawn_to_its_highest(double[] values, string bars) => Assert.Equal(bars, Sparkline.Of(values));

    private static TestConsole Terminal()
    {
        var console = new TestConsole().EmitAnsiSequences();
        console.Profile.Capabilities.AlternateBuffer = true;
        console.Profile.Width = 80;
        console.Profile.Height = 24;
        return console;
    }

    private static async Task NextAsync(FakeTimeProvider time, TestConsole console, string text)
    {
        var before = console.Output.Length;
        await Eventually.HoldsAsync(() =>
        {
            time.Advance(TimeSpan.FromSeconds(1));
            Assert.Contains(text, console.Output[before..]);
        });
    }

    private static Snapshot Busy(double uptime, long tokens = 1_000_000)
    {
        var streams = Enumerable.Range(0, 500).Select(i => new Session(
            $"an-owner-with-a-long-name-{i}", new string('s', 100), "replacing", new string('a', 32), new string('m', 100), "backend", DateTimeOffset.UnixEpoch,
            123_456_789, 123_456_789, 120_000, null, null, null, null)).ToList();
        var events = Enumerable.Range(0, 200).Select(i => new Event(
            i, DateTimeOffset.UnixEpoch, i % 2 == 0 ? "stream_end" : "prev_stream_timeout_on_cancel", "owner", new string('s', 100), new string('a', 32), new string('d', 200))).ToList();
        var backends = Enumerable.Range(0, 20).Select(i => new Backend($"backend-{i}-{new string('b', 80)}", "Ollama", false, 9_999, 9_999, 8, 99_999, 9_999, 9_999, 10, 8)).ToList();
        var figures = new Figures(
            uptime, new Drain(true, true, 1_000_000), 1_000_000, 1_000_000_000, 1_000_000_000, 1_000_000, 1_000_000, 1_000_000_000, 8, 99_999, tokens,
            [.. Enumerable.Range(0, 16).Select(i => new EndCount("cancelled", $"a_rather_long_reason_{i}", 1_000_000))], [new DropCount("registry_new_stream", 1)],
            new Minute(60, 99_999, 99_999, 99_999, 9_999_999), new Percentiles(1024, 99_999, 99_999, 99_999, 99_999), new Percentiles(1024, 1, 2, 3, 4));
        return new Snapshot(figures, backends, new SessionList(500, streams), events, TimeSpan.FromSeconds(uptime));
    }

    /// <summary>Keys that the test presses; nobody else does.</summary>
    private sealed class Keyboard : IAnsiConsoleInput
    {
        private readonly Channel<ConsoleKeyInfo> _keys = Channel.CreateUnbounded<ConsoleKeyInfo>();

        public void Press(ConsoleKey key) => _keys.Writer.TryWrite(new ConsoleKeyInfo((char)key, key, shift: false, alt: false, control: false));

        public bool IsKeyAvailable() => _keys.Reader.Count > 0;

        public ConsoleKeyInfo? ReadKey(bool intercept) => _keys.Reader.TryRead(out var key) ? key : null;

        public async Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken) => await _keys.Reader.ReadAsync(cancellationToken);
    }

    private static string Plain(string ansi) => System.Text.RegularExpressions.Regex.Replace(ansi, "\u001b\\[[0-9;?]*[A-Za-z]", "");
}
