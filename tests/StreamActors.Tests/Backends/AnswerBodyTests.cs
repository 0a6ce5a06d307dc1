using System.IO.Pipelines;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

public class AnswerBodyTests
{
    private const string Finish = """{"choices":[{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}]}""";
    private const string Timings = """{"choices":[],"timings":{"n":1}}""";
    private const string Usage = """{"choices":[],"usage":{"completion_tokens":1}}""";

    /// <summary>After the last finish reason the server has a second for each further event; what the client takes is not its time.</summary>
    [Fact]
    public async Task A_client_that_takes_its_time_after_the_finish_reason_loses_no_report()
    {
        var (sent, time) = (new Pipe(), new FakeTimeProvider());
        await using var body = new AnswerBody(
            new HttpResponseMessage(), sent.Reader.AsStream(), Answers.Errors, new AnswerEvents(Answers.Limits, 1, Answers.Errors, () => false), time, default);
        await SendAsync(sent, Finish);
        Assert.Equal(Finish, await NextAsync(body));
        await SendAsync(sent, Timings);
        Assert.Equal(Timings, await NextAsync(body));

        await SendAsync(sent, Usage);
        time.Advance(TimeSpan.FromSeconds(1.3)); // the client's time

        Assert.Equal(Usage, await NextAsync(body));
        var end = NextAsync(body);
        Assert.False(end.IsCompleted);
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.Null(await end);
    }

    private static async Task SendAsync(Pipe to, string data) => await to.Writer.WriteAsync(Encoding.UTF8.GetBytes($"data: {data}\n\n"));

    private static async Task<string?> NextAsync(AnswerBody body) => await body.MoveNextAsync() ? Encoding.UTF8.GetString(body.Current.Json.Span) : null;
}
