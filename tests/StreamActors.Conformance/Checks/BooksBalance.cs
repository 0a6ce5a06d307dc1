using System.Text.Json;

namespace StreamActors.Conformance.Checks;

internal sealed class BooksBalance : Check
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    public override string Name => "the books balance";

    public override string Claim =>
        "After all this nothing is left running and a fresh prompt is answered; what leaks a little with each disconnect stops a server after a week.";

    public override async Task<Seen> LookAsync(Subject subject)
    {
        subject.LeaveAll();
        var begun = await subject.AnsweredAsync(subject.NewSession(), "A", "a fresh prompt");
        var words = new List<string> { $"a fresh prompt: first token after {begun} ms" };
        if (subject.Books is { } books)
        {
            var record = await SettledAsync(subject, () => books.ReadAsync(subject.Run), record => record.Live == 0);
            BrokenPromiseException.Unless(record.Live == 0, $"the model server still works on {record.Live} requests that nobody waits for");
            words.Add($"the model saw {record.Accepted} requests: {record.Ended} whole, {record.Aborted} closed, {record.Failed} broken off, 0 running");
        }

        if (await subject.Client.GetAsync("sessions", subject.Run) is not null)
        {
            var busy = await SettledAsync(subject, () => BusyAsync(subject), busy => busy == 0);
            BrokenPromiseException.Unless(busy == 0, $"/v1/sessions still shows {busy} of this run's sessions at work");
            words.Add("/v1/sessions shows none at work");
        }

        return new Seen(string.Join("; ", words), ("first_token_ms", begun));
    }

    private static async Task<T> SettledAsync<T>(Subject subject, Func<Task<T>> look, Func<T, bool> settled)
    {
        var late = Task.Delay(subject.Bounds.Abort, subject.Run);
        while (true)
        {
            var seen = await look();
            if (settled(seen) || late.IsCompleted)
                return seen;
            await Task.Delay(BetweenLooks, subject.Run);
        }
    }

    /// <summary>Sessions of this run that the server's own list does not call idle.</summary>
    private static async Task<int> BusyAsync(Subject subject) =>
        await subject.Client.GetAsync("sessions", subject.Run) is { } page && page.TryGetProperty("data", out var data) && data.ValueKind == JsonValueKind.Array
            ? data.EnumerateArray().Count(session => IsBusy(session, subject.Prefix))
            : 0;

    private static bool IsBusy(JsonElement session, string prefix) =>
        session.ValueKind == JsonValueKind.Object
        && session.TryGetProperty("id", out var id) && id.ToString().StartsWith(prefix, StringComparison.Ordinal)
        && session.TryGetProperty("state", out var state) && state.ToString() != "idle";
}
