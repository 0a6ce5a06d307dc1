using System.Text;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serilog;
using StreamActors.Server.Hosting;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Monitoring;
using StreamActors.Server.Tests.Support;
using StreamActors.Telemetry;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>A log whose disk is full: it is said, what can be kept is kept, no line is torn, and it ends by itself.</summary>
public sealed class LogFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streamactors-log-").FullName;
    private readonly LogHealth _health = new();
    private readonly LogLines _log = new();
    private readonly LeftOutLines _leftOut = new("file", TimeProvider.System);
    private readonly FullDisk _disk = new();
    private readonly HeldStream _file;

    public LogFileTests() => _file = new HeldStream(
        _disk, new LogFileWatch("system.log", _leftOut, _health) { Log = new LoggerConfiguration().WriteTo.Sink(_log).CreateLogger() });

    [Fact]
    public void While_there_is_room_lines_are_written_when_they_are_told_to_and_nothing_is_said()
    {
        Emit(1, 3);
        Assert.Empty(_disk.Text);

        _file.Release();

        Assert.Equal(Lines(1, 3), _disk.Text);
        Assert.Empty(_log.All);
    }

    /// <summary>Few bytes wait in the file's own buffer, many in ours; the disk takes some of them, or none.</summary>
    [Theory]
    [InlineData(5, 0)]
    [InlineData(5, 77)]
    [InlineData(200, 0)]
    [InlineData(200, 5000)]
    [InlineData(1200, 0)]
    [InlineData(1200, 50_001)]
    public void What_the_disk_did_not_take_is_written_when_it_takes_it_again_once(int lines, int room)
    {
        _disk.Room = room;
        Emit(1, lines);
        _file.Release();
        Assert.Equal("No space left on device", _health.FileFault);

        Emit(lines + 1, lines + 3);
        _file.Release();
        _disk.Room = int.MaxValue;
        Emit(lines + 4, lines + 5);
        _file.Release();

        Assert.Null(_health.FileFault);
        Assert.Equal(Lines(1, lines + 5), _disk.Text);
        Assert.Equal(0, _leftOut.Total);
        Assert.Equal(["log_failing", "log_recovered"], _log.All.Select(l => l.Split(' ')[2]));
        Assert.Contains("""cause="No space left on device""", _log.All[0]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(12_345)]
    public void What_cannot_be_kept_is_left_out_in_whole_lines_and_counted(int room)
    {
        _disk.Room = room;
        Emit(1, 5000);
        _disk.Room = int.MaxValue;
        Emit(5001, 5001);
        _file.Release();

        var lines = _disk.Text.TrimEnd('\n').Split('\n');
        Assert.Equal(5001, lines.Length + _leftOut.Total);
        Assert.InRange(_leftOut.Total, 3000, 4900);
        Assert.Equal(Lines(1, lines.Length - 1) + Lines(5001, 5001), _disk.Text);
        Assert.Contains($"left_out={_leftOut.Total}", _log.All[^1]);
    }

    [Fact]
    public void What_is_not_written_when_the_file_is_closed_is_counted_and_stops_nothing()
    {
        _disk.Room = 0;
        Emit(1, 300);

        _file.Dispose();
        _file.Release();

        Assert.Equal(300, _leftOut.Total);
        Assert.Empty(_disk.Text);
    }

    [Fact]
    public void Half_an_event_is_not_written()
    {
        Emit(1, 1);
        _file.Write("half of "u8);
        _file.Release();
        Assert.Equal(Lines(1, 1), _disk.Text);

        _file.Write("one\n"u8);
        _file.Flush();
        _file.Release();

        Assert.Equal($"{Lines(1, 1)}half of one\n", _disk.Text);
    }

    [Fact]
    public void A_file_that_failed_is_tried_again_while_nothing_is_logged()
    {
        var time = new FakeTimeProvider();
        var queue = new LeftOutLines("file", time) { Look = _file.Release, Log = new LoggerConfiguration().WriteTo.Sink(_log).CreateLogger() };
        queue.StartMonitoring(new Inspector());
        _disk.Room = 0;
        Emit(1, 1);
        _file.Release();
        Assert.NotNull(_health.FileFault);

        _disk.Room = int.MaxValue;
        queue.Add(7);
        time.Advance(LeftOutLines.LookEvery);

        Assert.Null(_health.FileFault);
        Assert.Equal(Lines(1, 1), _disk.Text);
        Assert.EndsWith("log_lines_left_out queue=file total=7", _log.All[^1]);
        queue.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task The_servers_own_log_on_a_full_disk_fails_openly_and_ends_in_time(bool json)
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "system.log"), "/dev/full");
        var log = Logging.CreateLog(new LogsOptions { Directory = _folder, Json = json }, new LogLevels(Serilog.Events.LogEventLevel.Information), "/", _health);

        log.Information("something_happened n={n}", 1);

        await Eventually.HoldsAsync(() => Assert.StartsWith("No space left on device", _health.FileFault));
        await Logging.CloseAsync(log);
        Assert.InRange(_health.LeftOut["file"], 1, 2);
        Assert.Equal(0, _health.LeftOut["console"]);
    }

    [Fact]
    public async Task A_next_file_that_cannot_be_opened_is_told_too()
    {
        var watch = new LogFileWatch("system.log", _leftOut, _health);
        await using var log = new LoggerConfiguration().WriteTo.Fallible(
            to => to.File(Path.Combine(_folder, "none", "system.log"), fileSizeLimitBytes: 1, rollOnFileSizeLimit: true), watch).CreateLogger();
        log.Information("one");
        Directory.Delete(Path.Combine(_folder, "none"), recursive: true);
        await File.WriteAllTextAsync(Path.Combine(_folder, "none"), "no folder");

        log.Information("two");
        log.Information("three");

        Assert.NotNull(_health.FileFault);
        Assert.Equal(2, _leftOut.Total);
    }

    [Fact]
    public async Task Who_asks_the_server_learns_of_it_and_it_stays_ready()
    {
        await using var server = await TestServer.StartAsync(services => services.AddSingleton(_health));
        _health.Add("file", () => 3);
        Assert.Equal(0, (await Exposition.ReadAsync(server)).Sum("streamactors_log_failing"));

        _health.FileFault = "No space left on device";
        var (status, body) = await server.CallAsync(HttpMethod.Get, "/readyz");

        var reason = Assert.Single(body.GetProperty("reasons").EnumerateArray());
        Assert.Equal((200, "ready", "log_failing"), (status, body.GetProperty("status").GetString(), reason.GetProperty("code").GetString()));
        await Eventually.HoldsAsync(async () =>
        {
            // What was shown just now is shown again for a moment.
            var metrics = await Exposition.ReadAsync(server);
            Assert.Equal((1, 3), (metrics.Sum("streamactors_log_failing"), metrics.Sum("streamactors_log_lines_left_out_total")));
        });
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData(null)]
    public async Task Without_a_folder_the_log_goes_to_the_console_only(string? folder)
    {
        var log = Logging.CreateLog(new LogsOptions { Directory = folder }, new LogLevels(Serilog.Events.LogEventLevel.Information), _folder, _health);
        log.Information("something_happened");
        await Logging.CloseAsync(log);

        Assert.Empty(Directory.GetFileSystemEntries(_folder));
        Assert.Equal(["console"], _health.LeftOut.Keys);
    }

    public void Dispose()
    {
        _file.Dispose();
        _leftOut.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static string Lines(int from, int to) => string.Concat(Enumerable.Range(from, to - from + 1).Select(i => $"{i} a line of the log that has some length\n"));

    private void Emit(int from, int to)
    {
        for (var i = from; i <= to; i++)
        {
            var line = Encoding.UTF8.GetBytes(Lines(i, i));
            _file.Write(line.AsSpan(0, 3));
            _file.Write(line.AsSpan(3));
            _file.Flush();
        }
    }

    private sealed class Inspector : Serilog.Sinks.Async.IAsyncLogEventSinkInspector
    {
        public int BufferSize => 1;

        public int Count => 0;

        public long DroppedMessagesCount => 0;
    }
}
