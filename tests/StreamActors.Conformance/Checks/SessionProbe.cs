namespace StreamActors.Conformance.Checks;

/// <summary>Asks the server itself whether a newer prompt of a session ends the older one.</summary>
internal static class SessionProbe
{
    private static readonly TimeSpan Longer = TimeSpan.FromSeconds(1);

    /// <summary>Null if it does; else why the checks of sessions cannot be made, as their verdict.</summary>
    public static async Task<(Verdict Verdict, string Why)?> AskAsync(Subject subject)
    {
        try
        {
            return await ReplaceAsync(subject);
        }
        catch (BrokenPromiseException e)
        {
            return (Verdict.Failed, e.Message);
        }
        finally
        {
            subject.LeaveAll();
        }
    }

    private static async Task<(Verdict Verdict, string Why)?> ReplaceAsync(Subject subject)
    {
        var session = subject.NewSession();
        var older = await subject.BeginAsync(session, subject.Prompts.Long(session, "A"));
        var newer = subject.Send(session, subject.Prompts.Short(session, "B"));
        await newer.Sent;
        await Task.WhenAny(older.Ended, Task.Delay(subject.Bounds.End, subject.Run));
        if (!older.Ended.IsCompleted)
            return (Verdict.NotOffered, $"a second prompt did not end the first of its session in {subject.Bounds.End.TotalSeconds} s");
        await Task.WhenAny(newer.Ended, Task.Delay(subject.Bounds.Answer, subject.Run));
        var answer = await older.Ended;
        return answer.LooksComplete && !await IsCutShortAsync(subject, answer.EndedAt - await older.Sent)
            ? (Verdict.NotSeen, "the model's longest answer is too short to be replaced")
            : null;
    }

    /// <summary>An older answer that looks complete may be so: then it takes no longer where it is alone.</summary>
    private static async Task<bool> IsCutShortAsync(Subject subject, long microseconds)
    {
        var session = subject.NewSession();
        var alone = subject.Send(session, subject.Prompts.Long(session, "alone"));
        await Task.WhenAny(alone.Ended, Task.Delay(TimeSpan.FromMicroseconds(microseconds) + Longer, subject.Run));
        return !alone.Ended.IsCompleted;
    }
}
