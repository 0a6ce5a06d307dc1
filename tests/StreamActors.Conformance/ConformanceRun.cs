using StreamActors.Conformance.Checks;

namespace StreamActors.Conformance;

/// <summary>Makes the checks one after the other, each bounded, all within the time of the run.</summary>
/// <param name="subject">The server under test.</param>
/// <param name="starting">Told of each check before it is made.</param>
internal sealed class ConformanceRun(Subject subject, Action<Check> starting)
{
    private const string TimeIsOver = "the time of the run was over; --within SECONDS gives more";

    private readonly List<Finding> _findings = [];

    /// <summary>Why nothing more is looked at, or null.</summary>
    private string? _over;

    public async Task<IReadOnlyList<Finding>> RunAsync(IReadOnlyList<Check> checks)
    {
        (Verdict Verdict, string Why)? noSessions = null;
        foreach (var check in checks)
        {
            if (_over is not null)
                Add(check, Verdict.NotRun, _over);
            else if (check.NeedsModelBooks && subject.Books is null)
                Add(check, Verdict.NotSeen, "only the model server sees this: --backend-port");
            else if (check.NeedsSessions && noSessions is { } reason)
                Add(check, reason.Verdict, reason.Why);
            else
                await MakeAsync(check);
            if (_findings.Count == 1 && _over is null)
                noSessions = await ProbeAsync();
        }

        return _findings;
    }

    private async Task<(Verdict Verdict, string Why)?> ProbeAsync()
    {
        try
        {
            var none = await SessionProbe.AskAsync(subject);
            subject.HasSessions = none is null;
            return none;
        }
        catch (OperationCanceledException) when (subject.Run.IsCancellationRequested)
        {
            _over = TimeIsOver;
            return null;
        }
    }

    private async Task MakeAsync(Check check)
    {
        starting(check);
        try
        {
            _findings.Add(new Finding(check, Verdict.Passed, await check.LookAsync(subject)));
        }
        catch (OperationCanceledException) when (subject.Run.IsCancellationRequested)
        {
            _over = TimeIsOver;
            Add(check, Verdict.NotRun, TimeIsOver);
        }
        catch (Exception e) when (e is BrokenPromiseException or HttpRequestException)
        {
            Add(check, Verdict.Failed, e.Message);
            subject.LeaveAll();
            await StillAnswersAsync(check);
        }
        finally
        {
            subject.LeaveAll();
        }
    }

    /// <summary>A server that has hung is not asked again and again.</summary>
    private async Task StillAnswersAsync(Check failed)
    {
        try
        {
            if (_findings.Count == 1)
                _over = "a lone prompt is not answered";
            else
                await subject.AnsweredAsync(subject.NewSession(), "A", "a fresh prompt");
        }
        catch (BrokenPromiseException e)
        {
            _over = $"after '{failed.Name}': {e.Message}";
        }
        catch (OperationCanceledException) when (subject.Run.IsCancellationRequested)
        {
            _over = TimeIsOver;
        }
    }

    private void Add(Check check, Verdict verdict, string why) => _findings.Add(new Finding(check, verdict, new Seen(why)));
}
