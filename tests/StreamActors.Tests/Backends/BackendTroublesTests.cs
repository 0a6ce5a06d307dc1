using System.Collections.Concurrent;
using Serilog;
using Serilog.Core;
using Serilog.Events;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Tests.Backends;

/// <summary>What the operator is told of a backend's failures, and for how long.</summary>
public sealed class BackendTroublesTests : ILogEventSink
{
    private readonly ConcurrentQueue<LogEvent> _lines = new();
    private readonly BackendTroubles _troubles;

    public BackendTroublesTests() => _troubles = new BackendTroubles(new LoggerConfiguration().WriteTo.Sink(this).CreateLogger());

    [Fact]
    public void A_cause_is_a_warning_once_until_the_question_was_answered()
    {
        Fail("up", "The key is refused.");
        Fail("up", "The key is refused.");
        Fail("up", "The disk is full.");
        Fail("up", "The key is refused.");
        Fail("down", "The key is refused.");

        Assert.Equal(
            [
                "backend_trouble backend=\"up\" cause=\"\\\"The key is refused.\\\"\"",
                "backend_trouble backend=\"up\" cause=\"\\\"The disk is full.\\\"\"",
                "backend_trouble backend=\"down\" cause=\"\\\"The key is refused.\\\"\"",
            ],
            _lines.Select(l => l.RenderMessage()));
        Assert.All(_lines, l => Assert.Equal(LogEventLevel.Warning, l.Level));
        Assert.Equal(("The key is refused.", "The key is refused."), (_troubles.CauseOf("up"), _troubles.CauseOf("down")));

        _troubles.Succeeded("up", BackendQuestion.Prompt);
        Assert.Equal((null, "The key is refused."), (_troubles.CauseOf("up"), _troubles.CauseOf("down")));
        Fail("up", "The key is refused.");
        Assert.Equal(4, _lines.Count);
    }

    [Theory]
    [InlineData(BackendQuestion.Prompt, EndReason.BackendError, BackendQuestion.Models, "why")] // a list says nothing of prompts
    [InlineData(BackendQuestion.Prompt, EndReason.BackendError, BackendQuestion.Prompt, null)]
    [InlineData(BackendQuestion.Prompt, EndReason.BackendUnreachable, BackendQuestion.Models, null)] // a server that gave its list can be reached
    [InlineData(BackendQuestion.Models, EndReason.BackendError, BackendQuestion.Prompt, "why")] // nor do prompts of the list
    [InlineData(BackendQuestion.Models, EndReason.BackendUnreachable, BackendQuestion.Models, null)]
    public void What_was_answered_clears_what_it_proves_wrong(BackendQuestion failed, EndReason reason, BackendQuestion answered, string? left)
    {
        Fail("up", "why", failed, reason);

        _troubles.Succeeded("up", answered);

        Assert.Equal(left, _troubles.CauseOf("up"));
    }

    [Fact]
    public void The_same_cause_of_prompt_and_list_is_told_once()
    {
        Fail("up", "Nothing listens there.", BackendQuestion.Models, EndReason.BackendUnreachable);
        Fail("up", "Nothing listens there.", BackendQuestion.Prompt, EndReason.BackendUnreachable);

        Assert.Single(_lines);
    }

    [Fact]
    public void A_failure_without_a_cause_changes_nothing()
    {
        Fail("up", "The key is refused.");

        _troubles.Failed("up", BackendQuestion.Prompt, new BackendException(EndReason.BackendError, "secret"));
        _troubles.Failed("up", BackendQuestion.Prompt, new IOException("secret"));

        Assert.Single(_lines);
        Assert.Equal("The key is refused.", _troubles.CauseOf("up"));
    }

    [Fact]
    public void Causes_that_differ_each_time_are_told_sixteen_times_and_the_last_is_known()
    {
        for (var i = 1; i <= 1000; i++)
            Fail("up", $"It moved to /{i}.");

        Assert.Equal(16, _lines.Count);
        Assert.Equal("It moved to /1000.", _troubles.CauseOf("up"));
        _troubles.Succeeded("up", BackendQuestion.Prompt);
        Assert.Null(_troubles.CauseOf("up"));
    }

    void ILogEventSink.Emit(LogEvent logEvent) => _lines.Enqueue(logEvent);

    private void Fail(string backend, string cause, BackendQuestion question = BackendQuestion.Prompt, EndReason reason = EndReason.BackendError) =>
        _troubles.Failed(backend, question, new BackendException(reason, "detail") { Cause = cause });
}
