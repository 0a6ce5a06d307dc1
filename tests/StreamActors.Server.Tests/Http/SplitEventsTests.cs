using System.Text;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>TCP may cut a stream anywhere.</summary>
public class SplitEventsTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private static readonly string[] Short = [Chunks.Content("ü👍"), "{\"choices\":[\n{\"finish_reason\":\"stop\"}]}"];

    public static TheoryData<string> Framings => [.. Framing.All.Keys];

    [Theory]
    [MemberData(nameof(Framings))]
    public async Task Events_that_come_byte_by_byte_arrive_unaltered(string framing)
    {
        var payloads = RecordedStreams.All["unicode and escapes"];

        var answer = await both.AnswerAsync(async call =>
        {
            await call.BeginEventsAsync();
            foreach (var one in Encoding.UTF8.GetBytes(Framing.All[framing](payloads)))
                await call.WriteAsync([one]);
            await call.EndAsync();
        });

        PassThroughTests.AssertIs(answer, payloads);
    }

    /// <summary>The event before the cut comes in the same send; when it is at the client, the cut has been read.</summary>
    [Theory]
    [InlineData("LF")]
    [InlineData("CRLF")]
    [InlineData("CR")]
    public async Task Events_cut_in_two_at_any_byte_arrive_unaltered(string framing)
    {
        var newLine = framing switch { "LF" => "\n", "CRLF" => "\r\n", _ => "\r" };
        var bytes = Encoding.UTF8.GetBytes(Framing.All[framing](Short));
        var first = Encoding.UTF8.GetBytes($"data: {Chunks.Content("before")}{newLine}{newLine}");
        for (var cut = 1; cut < bytes.Length; cut++)
        {
            var (client, call) = await both.AskAsync();
            using var _ = client;
            await call.BeginEventsAsync(chunked: false);
            await call.WriteAsync([.. first, .. bytes[..cut]]);
            await client.ReadUntilAsync("before");
            await call.WriteAsync(bytes[cut..]);
            await call.EndAsync();

            PassThroughTests.AssertIs(await client.ReadAnswerAsync(), [Chunks.Content("before"), .. Short]);
        }
    }

    [Theory]
    [InlineData("\n")]
    [InlineData("\r\n")]
    [InlineData("\r")]
    public async Task An_event_is_passed_on_when_it_is_whole_without_waiting_for_the_next(string newLine)
    {
        var (client, call) = await both.AskAsync();
        using var _ = client;
        await call.BeginEventsAsync();
        for (var i = 0; i < 20; i++)
        {
            await call.WriteAsync($"data: {Chunks.Content($"token {i} ")}{newLine}{newLine}");
            await client.ReadUntilAsync($"token {i} ");
        }
    }
}
