using System.IO.Pipelines;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Server.Tests;

public class FenceTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);
    private static readonly ResponseFormat Format = new(EventStream: true, Heartbeat: Bound, WriteTimeout: Bound);

    [Fact]
    public async Task A_token_that_comes_while_the_last_frame_is_sent_is_fenced_and_its_writer_goes_on()
    {
        using var response = Open(out _);
        Assert.Equal(WriteResult.Written, await response.WriteAsync("data: 1\n\n"u8.ToArray(), hasContent: true));

        response.End(StreamEnding.Because(EndReason.RegistryNewStream));
        await response.TakeOverAsync(begin: false);
        var late = await response.WriteAsync("data: 2\n\n"u8.ToArray(), hasContent: true).AsTask().WaitAsync(Bound);

        Assert.Equal(WriteResult.Fenced, late);
    }

    [Fact]
    public async Task A_token_that_waits_behind_a_slow_client_when_its_stream_ends_is_fenced_and_its_writer_goes_on()
    {
        using var response = Open(out var client);
        var slow = response.WriteAsync(new byte[100_000], hasContent: true).AsTask();
        var behind = response.WriteAsync("data: 2\n\n"u8.ToArray(), hasContent: true).AsTask();
        Assert.False(slow.IsCompleted || behind.IsCompleted);

        response.End(StreamEnding.Because(EndReason.RegistryNewStream));

        Assert.Equal(WriteResult.Fenced, await slow.WaitAsync(Bound));
        Assert.Equal(WriteResult.Fenced, await behind.WaitAsync(Bound));
        Assert.NotNull(await response.TakeOverAsync(begin: false).WaitAsync(Bound));
        Assert.True(client.TryRead(out var sent) && sent.Buffer.Length == 100_000);
    }

    private static OpenResponse Open(out PipeReader client)
    {
        var pipe = new Pipe();
        client = pipe.Reader;
        var trace = TraceId.New();
        return new OpenResponse(trace, new SessionKey("local", "s"), new Endpoint(pipe.Writer), Format, TimeProvider.System);
    }

    private sealed class Endpoint(PipeWriter body) : IResponseEndpoint
    {
        public PipeWriter Begin() => body;

        public void ReportTooSlow()
        {
        }
    }
}
