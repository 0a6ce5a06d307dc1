using System.Text;
using System.Text.Json;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Clients;

/// <summary>A cheap client for many streams at once: one connection each, no parsing before the end.</summary>
public sealed class LoadClient(Uri server) : IDisposable
{
    private const int ReadAtOnce = 4096;
    private static readonly byte[] Token = "\"content\":\"tok"u8.ToArray();
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(60);

    private readonly HttpClient _http = new(new SocketsHttpHandler { UseProxy = false, UseCookies = false })
    {
        BaseAddress = server,
        Timeout = Timeout.InfiniteTimeSpan,
    };

    /// <summary>Sends a prompt and reads its answer to the end.</summary>
    public Answer Send(string session, string prompt)
    {
        var begun = new TaskCompletionSource<long?>(TaskCreationOptions.RunContinuationsAsynchronously);
        return new Answer(Clock.Microseconds, begun.Task, ReadAsync(session, prompt, begun));
    }

    /// <summary>Ends a session; the answer's body.</summary>
    public async Task<string> DeleteSessionAsync(string session)
    {
        using var bound = new CancellationTokenSource(Bound);
        using var answer = await _http.DeleteAsync($"/v1/sessions/{session}", bound.Token);
        answer.EnsureSuccessStatusCode();
        return await answer.Content.ReadAsStringAsync(bound.Token);
    }

    public void Dispose() => _http.Dispose();

    private async Task<AnswerEnd> ReadAsync(string session, string prompt, TaskCompletionSource<long?> begun)
    {
        try
        {
            using var bound = new CancellationTokenSource(Bound);
            using var message = new HttpRequestMessage(HttpMethod.Post, "/v1/chat/completions");
            message.Headers.Add("X-Session-Id", session);
            message.Content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new { prompt, stream = true }));
            using var answer = await _http.SendAsync(message, HttpCompletionOption.ResponseHeadersRead, bound.Token);
            var (body, cut) = await ReadBodyAsync(answer, begun, bound.Token);
            return new AnswerEnd(
                (int)answer.StatusCode, Header(answer, "X-Trace-Id"), body, cut, Header(answer, "x-should-retry") == "false");
        }
        finally
        {
            begun.TrySetResult(null);
        }
    }

    private static async Task<(string Body, bool Cut)> ReadBodyAsync(
        HttpResponseMessage answer, TaskCompletionSource<long?> begun, CancellationToken bound)
    {
        await using var stream = await answer.Content.ReadAsStreamAsync(bound);
        using var body = new MemoryStream();
        var part = new byte[ReadAtOnce];
        try
        {
            while (await stream.ReadAsync(part, bound) is > 0 and var length)
            {
                body.Write(part.AsSpan(0, length));
                if (!begun.Task.IsCompleted && body.GetBuffer().AsSpan(0, (int)body.Length).IndexOf(Token) >= 0)
                    begun.TrySetResult(Clock.Microseconds);
            }

            return (Text(body), false);
        }
        catch (IOException)
        {
            return (Text(body), true);
        }
    }

    private static string Text(MemoryStream body) => Encoding.UTF8.GetString(body.GetBuffer(), 0, (int)body.Length);

    private static string? Header(HttpResponseMessage answer, string name) =>
        answer.Headers.TryGetValues(name, out var values) ? values.Single() : null;
}
