using System.Text.Json;
using StreamActors.Soak.Clients;

namespace StreamActors.Soak.Traffic;

/// <summary>What a client may be answered: a name for the report, and the test.</summary>
internal sealed record Expect(string What, Func<AnswerEnd, bool> Allows)
{
    /// <summary>A whole answer with all its tokens.</summary>
    public static Expect Completed(int tokens) => new($"completed with {tokens} tokens", end => end.Completed && end.Tokens == tokens);

    /// <summary>One JSON object with all its tokens.</summary>
    public static Expect Whole(int tokens) => new(
        $"one object with {tokens} tokens", end => end is { Status: 200, Cut: false, ErrorCode: null } && Words(end.Body) == tokens);

    /// <summary>An error before anything began.</summary>
    public static Expect Refused(int status, string? code = null) => new(
        $"{status} {code}", end => !end.Cut && end.Status == status && end.ErrorCode is { } told && (code is null || told == code));

    /// <summary>Cut short for one of these reasons: with its status, or with its frame after fewer than all tokens were closed.</summary>
    public static Expect EndedBy(params string[] codes) => new($"ended by {string.Join(" or ", codes)}", end =>
        end.ErrorCode is { } code && codes.Contains(code) && (end.Status == 200 ? IsCut(end) : IsRefusal(end, code)));

    /// <summary>A newer prompt of this set took its place.</summary>
    public static Expect Superseded(Func<string, bool> isNewer) => new("superseded by a newer one", end =>
        EndedBy("registry_new_stream").Allows(end) && end.SupersededBy is { } by && isNewer(by));

    /// <summary>Whether it is allowed; an error that cannot even be read is not.</summary>
    public bool IsMetBy(AnswerEnd end)
    {
        try
        {
            return Allows(end);
        }
        catch (Exception failure) when (failure is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    public Expect Or(Expect other) => new($"{What}, or {other.What}", end => Allows(end) || other.Allows(end));

    /// <summary>200, an error frame at the very end, then the cut; no <c>[DONE]</c>.</summary>
    private static bool IsCut(AnswerEnd end) => end.Cut && !end.Body.Contains("[DONE]", StringComparison.Ordinal);

    private static bool IsRefusal(AnswerEnd end, string code) => !end.Cut && code switch
    {
        "registry_new_stream" or "client_cancel" or "session_deleted" => end is { Status: 400, RetryForbidden: true },
        "first_token_timeout" or "idle_timeout" or "total_timeout" => end.Status == 504,
        "backend_busy" or "backend_stuck" or "server_shutdown" => end.Status == 503,
        _ => end.Status == 502,
    };

    private static int Words(string body) => body.Count(letter => letter == '@');
}
