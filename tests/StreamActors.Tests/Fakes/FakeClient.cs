using System.IO.Pipelines;
using System.Text;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Tests.Fakes;

/// <summary>The HTTP side of one request: opens the response, closes it when it has ended.</summary>
internal sealed class FakeClient : IResponseEndpoint
{
    private readonly Pipe _pipe = new(new PipeOptions(pauseWriterThreshold: 64 * 1024));

    private FakeClient(OpenResponses responses, SessionKey session, Prompt prompt, TimeProvider time, ResponseFormat format)
    {
        Prompt = prompt;
        Response = new OpenResponse(prompt.Trace, session, this, format, time);
        responses.Add(Response);
        Ending = CloseAsync(responses).WaitAsync(TimeSpan.FromSeconds(10));
    }

    public Prompt Prompt { get; }

    public OpenResponse Response { get; }

    /// <summary>The ending, once the response is closed.</summary>
    public Task<StreamEnding> Ending { get; }

    public bool Begun { get; private set; }

    /// <summary>What becomes of the last bytes when the response is closed.</summary>
    public Delivery Delivery { get; set; } = Delivery.Delivered;

    public static FakeClient Open(
        OpenResponses responses, SessionKey session, TimeProvider time, ChatRequest? request = null, ResponseFormat? format = null, long arrival = 0) =>
        new(responses, session, Requests.Prompt(request) with { Arrival = arrival }, time,
            format ?? new ResponseFormat(EventStreamFormat.Instance, TimeSpan.FromHours(1), TimeSpan.FromHours(1)));

    public PipeWriter Begin(IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        Begun = true;
        return _pipe.Writer;
    }

    public void ReportTooSlow()
    {
    }

    /// <summary>Reads until the text has come.</summary>
    public async Task<string> ReadUntilAsync(string text)
    {
        var all = new StringBuilder();
        while (!all.ToString().Contains(text, StringComparison.Ordinal))
        {
            var read = await _pipe.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10));
            foreach (var segment in read.Buffer)
                all.Append(Encoding.UTF8.GetString(segment.Span));
            _pipe.Reader.AdvanceTo(read.Buffer.End);
            if (read.IsCompleted)
                break;
        }

        return all.ToString();
    }

    private async Task<StreamEnding> CloseAsync(OpenResponses responses)
    {
        var ending = await Response.Ended.ConfigureAwait(false);
        await Response.TakeOverAsync(begin: false).ConfigureAwait(false);
        responses.Remove(Response);
        Response.Dispose();
        Response.MarkClosed(Delivery);
        return ending;
    }
}
