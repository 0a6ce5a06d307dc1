using System.Text.Json;
using StreamActors.Conformance;
using StreamActors.Conformance.Checks;
using StreamActors.Conformance.Report;

namespace StreamActors.Server.Tests.Conformance;

/// <summary>What people and programs are told of a run.</summary>
public class ReportTests
{
    private static readonly IReadOnlyList<Check> Checks = AllChecks.Make();

    [Fact]
    public void Every_check_has_a_name_of_its_own_and_says_what_it_is_for()
    {
        Assert.Equal(Checks.Count, Checks.Select(c => c.Name).Distinct().Count());
        Assert.All(Checks, check => Assert.EndsWith(".", check.Claim));
    }

    [Fact]
    public void A_redirected_table_is_plain_text_with_every_check_and_its_result()
    {
        var text = Table(Report(Verdict.Failed));

        Assert.All(Checks.Take(3), check => Assert.Contains(check.Name, text));
        Assert.Contains("not offered", text);
        Assert.Contains("two [still] ran", text);
        Assert.Contains("1 passed, 1 failed, 1 not offered; 3 s", text);
        Assert.DoesNotContain(text, character => character > '~' || (character < ' ' && character != '\n'));
        Assert.All(text.Split('\n'), line => Assert.InRange(line.Length, 0, 120));
    }

    [Fact]
    public void What_a_strange_server_calls_its_model_does_nothing_to_the_terminal()
    {
        var text = Table(Report(Verdict.Failed) with { Model = "\e[2Jm\u202e\r\nü" });

        Assert.Contains("model ?[2Jm???ü,", text);
    }

    [Fact]
    public void Json_has_verdicts_and_figures()
    {
        var json = JsonDocument.Parse(JsonReport.Write(Report(Verdict.Failed))).RootElement;

        Assert.False(json.GetProperty("passed").GetBoolean());
        Assert.Equal("http://127.0.0.1:1/v1/", json.GetProperty("server").GetString());
        var checks = json.GetProperty("checks").EnumerateArray().ToList();
        Assert.Equal(["passed", "failed", "not_offered"], checks.Select(c => c.GetProperty("verdict").GetString()));
        Assert.Equal(1.5, checks[0].GetProperty("figures").GetProperty("first_token_ms").GetDouble());
    }

    [Theory]
    [InlineData(nameof(Verdict.Passed), true)]
    [InlineData(nameof(Verdict.NotOffered), true)]
    [InlineData(nameof(Verdict.NotSeen), true)]
    [InlineData(nameof(Verdict.Failed), false)]
    [InlineData(nameof(Verdict.NotRun), false)]
    public void What_is_not_offered_does_not_fail_a_run(string verdict, bool passes) =>
        Assert.Equal(passes, Report(Enum.Parse<Verdict>(verdict)).Passed);

    private static string Table(ConformanceReport report)
    {
        using var text = new StringWriter();
        TableReport.Write(report, Consoles.For(text, redirected: true));
        return text.ToString();
    }

    private static ConformanceReport Report(Verdict second)
    {
        Assert.True(ConformanceOptions.TryParse(["http://127.0.0.1:1"], out var options));
        return new ConformanceReport(
            options,
            "m",
            Backend: null,
            [
                new Finding(Checks[0], Verdict.Passed, new Seen("all is well", ("first_token_ms", 1.5))),
                new Finding(Checks[1], second, new Seen("two [still] ran")),
                new Finding(Checks[2], Verdict.NotOffered, new Seen("no sessions")),
            ],
            TimeSpan.FromSeconds(3));
    }
}
