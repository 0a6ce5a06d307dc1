using System.Text;
using CsCheck;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends.Upstream;

public class UpstreamErrorBodyTests
{
    public static TheoryData<ErrorBody> Bodies => [.. ErrorBodies.All];

    public static TheoryData<string> NoErrors => [.. ErrorBodies.NoErrors];

    [Theory]
    [MemberData(nameof(Bodies))]
    public void An_error_is_read_in_whatever_shape_its_server_gives_it(ErrorBody sent)
    {
        var read = Read(sent.Body);

        if (sent is { Message: null, Code: null })
        {
            Assert.Null(read);
            return;
        }

        Assert.NotNull(read);
        Assert.Equal((sent.Message, sent.Type, sent.Code, sent.Param, sent.Status), (read.Message, read.Type, read.Code, read.Param, read.Status));
    }

    [Theory]
    [MemberData(nameof(NoErrors))]
    public void What_says_nothing_of_an_error_is_none(string body) => Assert.Null(Read(body));

    [Fact]
    public void Figures_and_times_are_read_where_they_belong_to_the_error()
    {
        var tooLong = Read("""{"error":{"code":400,"message":"m m","n_prompt_tokens":9000,"n_ctx":4096,"created":1,"A b":2,"text":"x"}}""")!;
        Assert.Equal([new("n_prompt_tokens", 9000), new("n_ctx", 4096)], tooLong.Figures);
        Assert.Equal(TimeSpan.FromSeconds(37), Read("""{"error":{"message":"m","details":[{"a":1},{"retryDelay":"37s"}]}}""")!.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(20), Read("""{"error":"m","estimated_time":20.0}""")!.RetryAfter);
        Assert.Equal(TimeSpan.FromSeconds(1.5), Read("""{"error":{"message":"m","retry_after_ms":1500}}""")!.RetryAfter);
        Assert.Equal(TimeSpan.FromDays(1), Read("""{"error":{"message":"m","retry_after":86401,"estimated_time":86400}}""")!.RetryAfter);
        Assert.Null(Read("""{"error":{"message":"m","retry_after_ms":86400001}}""")!.RetryAfter);
        Assert.Empty(Read("""{"error":{"message":"m","retry_after":1,"retry_after_ms":2,"estimated_time":3}}""")!.Figures);
        Assert.Null(Read("""{"error":{"message":"m","retry_after":-1,"details":[{"retryDelay":"1e99s"},{"retryDelay":"-Infinitys"},{"retryDelay":"NaNs"}]}}""")!.RetryAfter);
    }

    [Fact]
    public void Whatever_the_bytes_are_reading_them_throws_nothing()
    {
        string[] parts =
        [
            "{", "}", "[", "]", "\"", ":", ",", "\"error\":", "\"message\":", "\"detail\":", "\"code\":", "\"loc\":[", "null", "1e999", "-0", "\\u", "\\ud800", "\\ude00", "\\",
            "\"errors\":[{", "\"metadata\":{\"raw\":\"", "\"details\":[{\"retryDelay\":\"s\"", "<html>", "<title>", "&#x0;", "data: ", "error:", "\n", "\0", "\xff", "m m",
        ];
        var texts = Gen.Int[0, parts.Length - 1].Select(i => parts[i]).Array[0, 25].Select(string.Concat).Select(Encoding.Latin1.GetBytes);

        texts.Sample(bytes => { UpstreamErrorBody.Read(bytes); }, iter: 30_000);
    }

    private static UpstreamErrorBody? Read(string body) => UpstreamErrorBody.Read(Encoding.UTF8.GetBytes(body));
}
