using System.Text.Json;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Clients;

/// <summary>How an answer ended, as its client saw it.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Trace">From the response's header.</param>
/// <param name="Body">All that came.</param>
/// <param name="Cut">The connection ended before the body did.</param>
/// <param name="RetryForbidden">The response said <c>x-should-retry: false</c>.</param>
public sealed record AnswerEnd(int Status, string? Trace, string Body, bool Cut, bool RetryForbidden)
{
    private const string ErrorFrame = "data: {\"error\":";

    /// <summary>A whole answer: 200, <c>[DONE]</c>, a proper end, no error.</summary>
    public bool Completed => Status == 200 && !Cut && ErrorCode is null
        && Body.EndsWith("data: [DONE]\n\n", StringComparison.Ordinal);

    /// <summary>A cut answer: 200, an error frame at the very end, then the cut; nothing that looks like an end.</summary>
    public bool EndedByFrame => Status == 200 && Cut && ErrorCode is not null
        && !Body.Contains("[DONE]", StringComparison.Ordinal) && !Body.Contains("\"finish_reason\":\"", StringComparison.Ordinal);

    /// <summary>Code of the error, from the body or from the last frame; null without one.</summary>
    public string? ErrorCode => Error?.GetProperty("code").GetString();

    /// <summary>Which stream took the place, where the error says so.</summary>
    public string? SupersededBy => Error?.GetProperty("superseded_by").GetString();

    /// <summary>How many tokens came.</summary>
    public int Tokens => Body.Split("\"content\":\"tok").Length - 1;

    private JsonElement? Error
    {
        get
        {
            var json = Status == 200 ? LastFrame : Body;
            return json.Length == 0 ? null : JsonDocument.Parse(json).RootElement.GetProperty("error");
        }
    }

    private string LastFrame =>
        Body.LastIndexOf(ErrorFrame, StringComparison.Ordinal) is >= 0 and var at ? Body[(at + "data: ".Length)..] : "";

    public override string ToString() => $"status={Status} cut={Cut} trace={Trace} body=...{Body[Math.Max(0, Body.Length - 300)..]}";
}

/// <summary>One request under way.</summary>
/// <param name="SentAt">When it was sent, by <see cref="Clock"/>.</param>
/// <param name="FirstTokenAt">When its first token came, or null where it ended before.</param>
/// <param name="End">Its end. Fails only if the server did not answer with HTTP, or not in time.</param>
public sealed record Answer(long SentAt, Task<long?> FirstTokenAt, Task<AnswerEnd> End)
{
    /// <summary>Completes once the first token has come; fails with the answer's end if it ended before.</summary>
    public async Task<long> HasBegunAsync() =>
        await FirstTokenAt ?? throw new InvalidOperationException($"Ended before its first token: {await End}");
}
