using System.Text;
using StreamActors.Soak.Books;
using StreamActors.Soak.Traffic;

namespace StreamActors.Server.Tests.Soak;

/// <summary>A client of the soak is surprised by what it should be surprised by.</summary>
public class ExpectTests
{
    private const string TwoTokens = "data: {\"content\":\"tok0 \"}\n\ndata: {\"content\":\"tok1 \"}\n\n";
    private const string Done = "data: [DONE]\n\n";
    private const string Frame = "data: {\"error\":{\"code\":\"idle_timeout\"}}\n\n";

    [Theory]
    [InlineData(TwoTokens + Done, true, 2, true)]
    [InlineData(TwoTokens + Done, true, 3, false)]
    [InlineData(TwoTokens + Done, false, 2, false)]
    [InlineData(TwoTokens, true, 2, false)]
    [InlineData(TwoTokens + Frame + Done, true, 2, false)]
    public void Complete_is_whole_with_done_and_all_tokens(string body, bool whole, int tokens, bool allowed) =>
        Assert.Equal(allowed, Expect.Completed(tokens).IsMetBy(AnswerBytes.Read(Streamed(body, whole))!));

    [Theory]
    [InlineData(TwoTokens + Frame, false, "idle_timeout", true)]
    [InlineData(TwoTokens + Frame, true, "idle_timeout", false)]
    [InlineData(TwoTokens + Frame, false, "total_timeout", false)]
    [InlineData(TwoTokens + Done + Frame, false, "idle_timeout", false)]
    [InlineData(TwoTokens, false, "idle_timeout", false)]
    public void A_cut_answer_ends_with_the_frame_that_fits_and_no_done(string body, bool whole, string code, bool allowed) =>
        Assert.Equal(allowed, Expect.EndedBy(code).IsMetBy(AnswerBytes.Read(Streamed(body, whole))!));

    [Theory]
    [InlineData(400, "client_cancel", "x-should-retry: false\r\n", true)]
    [InlineData(400, "client_cancel", "", false)]
    [InlineData(409, "client_cancel", "x-should-retry: false\r\n", false)]
    [InlineData(504, "idle_timeout", "", true)]
    [InlineData(502, "idle_timeout", "", false)]
    [InlineData(503, "backend_stuck", "", true)]
    [InlineData(502, "backend_error", "", true)]
    public void Before_the_first_byte_the_status_fits_the_reason(int status, string code, string headers, bool allowed)
    {
        var body = $$$"""{"error":{"code":"{{{code}}}"}}""";
        var answer = Encoding.ASCII.GetBytes($"HTTP/1.1 {status} X\r\n{headers}Content-Length: {body.Length}\r\n\r\n{body}");

        Assert.Equal(allowed, Expect.EndedBy(code).IsMetBy(AnswerBytes.Read(answer)!));
    }

    [Fact]
    public void Without_a_head_there_is_no_answer() => Assert.Null(AnswerBytes.Read("HTTP/1.1 200 OK\r\n"u8));

    [Fact]
    public void The_slope_of_a_line_is_its_slope()
    {
        Assert.Equal(2.5, new (double, double)[] { (0, 1), (1, 3.5), (3, 8.5) }.Slope()!.Value, precision: 9);
        Assert.Equal(0, new (double, double)[] { (0, 1), (1, 2), (2, 1) }.Slope()!.Value, precision: 9);
        Assert.Null(new (double, double)[] { (0, 1), (1, 2) }.Slope());
    }

    private static byte[] Streamed(string body, bool whole) => Encoding.ASCII.GetBytes(
        $"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n{body.Length:x}\r\n{body}\r\n{(whole ? "0\r\n\r\n" : "")}");
}
