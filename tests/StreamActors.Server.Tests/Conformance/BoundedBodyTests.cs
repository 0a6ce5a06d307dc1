using System.IO.Pipelines;
using StreamActors.Conformance.Client;

namespace StreamActors.Server.Tests.Conformance;

public class BoundedBodyTests
{
    [Fact]
    public async Task What_is_sent_without_end_is_read_to_the_bound_and_then_still_runs_until_its_reader_leaves()
    {
        var sent = new Pipe(new PipeOptions(pauseWriterThreshold: 1024 * 1024));
        var sending = Task.Run(async () =>
        {
            while (!(await sent.Writer.WriteAsync(new byte[64 * 1024])).IsCompleted)
            {
            }
        });
        using var leave = new CancellationTokenSource();
        var body = new BoundedBody(sent.Reader.AsStream());

        var buffer = new byte[100_000];
        var read = 0;
        while (read < BoundedBody.MaxBytes)
            read += await body.ReadAsync(buffer);
        var more = body.ReadAsync(buffer, leave.Token);

        Assert.Equal(BoundedBody.MaxBytes, read);
        Assert.False(more.IsCompleted);
        await leave.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await more);
        await body.DisposeAsync();
        await sending.WaitAsync(TimeSpan.FromSeconds(10));
    }
}
