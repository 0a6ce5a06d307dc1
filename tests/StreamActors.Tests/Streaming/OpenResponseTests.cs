using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Tests.Streaming;

public class OpenResponseTests : IResponseEndpoint
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 64, resumeWriterThreshold: 32));
    private readonly FakeTimeProvider _time = new();
    private readonly OpenResponse _response;
    private IReadOnlyList<KeyValuePair<string, string>> _headers = [];
    private bool _begun;
    private int _tooSlow;

    public OpenResponseTests() => _response = new OpenResponse(
        TraceId.New(), new SessionKey("o", "s"), this, new ResponseFormat(EventStreamFormat.Instance, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(30)), _time);

    [Fact]
    public async Task What_comes_before_the_first_content_is_held_back_and_goes_out_with_it()
    {
        await WriteAsync("role", content: false);
        Assert.False(_begun);

        await WriteAsync("content");

        Assert.Equal("rolecontent", await ReadAsync());
    }

    [Fact]
    public async Task Nothing_passes_after_the_ending()
    {
        await WriteAsync("before");
        _response.End(StreamEnding.Because(EndReason.ClientCancel));

        Assert.Equal(WriteResult.Fenced, await WriteAsync("after"));
        Assert.Equal("before", await ReadAsync());
    }

    [Fact]
    public async Task The_first_ending_counts()
    {
        Assert.True(_response.End(StreamEnding.Because(EndReason.RegistryNewStream)));
        Assert.False(_response.End(StreamEnding.Completed));

        Assert.Equal(EndReason.RegistryNewStream, (await _response.Ended).Reason);
    }

    [Fact]
    public async Task A_write_that_waits_for_the_client_is_freed_by_the_ending()
    {
        var write = WriteAsync(new string('x', 100));
        Assert.False(write.IsCompleted);

        _response.End(StreamEnding.Because(EndReason.RegistryNewStream));

        Assert.Equal(WriteResult.Fenced, await write.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.NotNull(await _response.TakeOverAsync(begin: false).WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task A_writer_that_comes_after_the_take_over_is_sent_away_and_does_not_wait()
    {
        _response.End(StreamEnding.Because(EndReason.RegistryNewStream));
        await _response.TakeOverAsync(begin: false);

        Assert.Equal(WriteResult.Fenced, await WriteAsync("late").WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task A_writer_that_waits_behind_another_when_the_response_ends_is_sent_away()
    {
        var stuck = WriteAsync(new string('x', 100));
        var waiting = WriteAsync("next");

        _response.End(StreamEnding.Because(EndReason.RegistryNewStream));
        await _response.TakeOverAsync(begin: false).WaitAsync(TimeSpan.FromSeconds(5));

        Assert.Equal(WriteResult.Fenced, await stuck.WaitAsync(TimeSpan.FromSeconds(5)));
        Assert.Equal(WriteResult.Fenced, await waiting.WaitAsync(TimeSpan.FromSeconds(5)));
    }

    [Fact]
    public async Task Silence_is_filled_with_heartbeats_every_interval()
    {
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(_begun);
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(": heartbeat\n\n", await ReadAsync());

        await WriteAsync("data");
        await ReadAsync();
        _time.Advance(TimeSpan.FromSeconds(4.9));
        Assert.False(_pipe.Reader.TryRead(out _));
        _time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(": heartbeat\n\n", await ReadAsync());
    }

    [Fact]
    public async Task Headers_go_out_with_the_first_byte_be_it_a_heartbeat_and_later_ones_are_lost()
    {
        _response.Offer([new("x-ratelimit-limit-requests", "60")]);
        await WriteAsync("role", content: false);
        Assert.Empty(_headers);

        _time.Advance(TimeSpan.FromSeconds(5));
        await ReadAsync();
        _response.Offer([new("late", "1")]);
        await WriteAsync("content");

        Assert.Equal([new("x-ratelimit-limit-requests", "60")], _headers);
    }

    [Fact]
    public void No_heartbeat_comes_after_the_ending()
    {
        _response.End(StreamEnding.Completed);
        _time.Advance(TimeSpan.FromMinutes(1));
        Assert.False(_begun);
    }

    [Fact]
    public async Task A_client_that_takes_no_data_is_reported_once_after_the_write_timeout()
    {
        var write = WriteAsync(new string('x', 100));
        _time.Advance(TimeSpan.FromSeconds(29.9));
        Assert.Equal(0, _tooSlow);

        _time.Advance(TimeSpan.FromSeconds(0.2));
        _time.Advance(TimeSpan.FromMinutes(2));

        Assert.Equal(1, _tooSlow);
        _response.End(StreamEnding.Because(EndReason.ClientTooSlow));
        await write;
    }

    [Fact]
    public async Task A_client_that_hung_up_is_seen_by_the_next_write()
    {
        await WriteAsync("a");
        _pipe.Reader.Complete();

        Assert.Equal(WriteResult.ClientGone, await WriteAsync("b"));
    }

    PipeWriter IResponseEndpoint.Begin(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        (_begun, _headers) = (true, headers);
        return _pipe.Writer;
    }

    void IResponseEndpoint.ReportTooSlow() => _tooSlow++;

    private Task<WriteResult> WriteAsync(string text, bool content = true) =>
        _response.WriteAsync(Encoding.UTF8.GetBytes(text), content).AsTask();

    private async Task<string> ReadAsync()
    {
        var read = await _pipe.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(5));
        var text = Encoding.UTF8.GetString(read.Buffer);
        _pipe.Reader.AdvanceTo(read.Buffer.End);
        return text;
    }
}
