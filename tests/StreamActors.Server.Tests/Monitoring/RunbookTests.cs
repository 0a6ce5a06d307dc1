using System.Text.RegularExpressions;
using StreamActors.Protocol;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>The runbook has an entry for everything that an operator may meet, and for nothing else.</summary>
public partial class RunbookTests
{
    private static readonly string Runbook = File.ReadAllText(Path.Combine(Repository.Root, "config", "RUNBOOK.md"));
    private static readonly string Others = string.Concat(new[] { "README.md", "streamactors.service" }.Select(f => File.ReadAllText(Path.Combine(Repository.Root, "config", f))));
    private static readonly string Readme = File.ReadAllText(Path.Combine(Repository.Root, "README.md"));

    [Fact]
    public void Every_alert_has_its_entry() => AssertEntries("Alerts", AlertRules.All.Select(a => a.Name));

    [Fact]
    public void Every_reason_why_a_stream_ends_has_its_entry() =>
        AssertEntries("Why streams end", Enum.GetValues<EndReason>().Where(r => r != EndReason.None).Select(r => r.Name()));

    [Fact]
    public void Every_reason_of_readiness_has_its_entry() => AssertEntries("Why a server is not ready", Readiness.Codes);

    [Fact]
    public void Every_log_line_has_its_entry() =>
        AssertEntries("Log lines", LogTable().Match(Readme).Groups[1].Value.Split('\n').Select(row => Name().Match(row)).Where(m => m.Success).Select(m => m.Groups[1].Value));

    [Fact]
    public void Nothing_is_named_that_does_not_exist()
    {
        var settings = new ServerFacts().Names;
        var strangers = Code().Matches(Runbook).Select(m => m.Groups[1].Value)
            .Where(word => Identifier().IsMatch(word) && !settings.Contains(word) && !Readme.Contains(word, StringComparison.Ordinal) && !Others.Contains(word, StringComparison.Ordinal)
                && !AlertRules.All.Any(a => a.Name == word || a.Query.Contains(word, StringComparison.Ordinal))
                && !Dashboard.Queries.Any(q => q.Query.Contains(word, StringComparison.Ordinal)) && !Readiness.Codes.Contains(word))
            .Distinct();

        Assert.Empty(strangers);
    }

    [Fact]
    public void The_readme_leads_to_it() => Assert.Contains("(config/RUNBOOK.md)", Readme);

    [Fact]
    public void Every_metric_in_the_list_of_config_is_one_of_a_query()
    {
        var listed = MetricRow().Matches(File.ReadAllText(Path.Combine(Repository.Root, "config", "README.md"))).Select(m => m.Groups[1].Value).ToList();
        var asked = string.Join('\n', Dashboard.Queries.Select(q => q.Query));

        Assert.True(listed.Count > 20);
        Assert.All(listed, name => Assert.Contains(name, asked));
    }

    /// <summary>A section's headings are these names, each once, each with what it means and what to do.</summary>
    private static void AssertEntries(string section, IEnumerable<string> names)
    {
        var text = Runbook.Split($"\n## {section}\n")[1].Split("\n## ")[0];
        var entries = Entry().Matches(text).ToDictionary(m => m.Groups[1].Value, m => m.Groups[2].Value);

        Assert.Equal(names.Order(StringComparer.Ordinal), entries.Keys.Order(StringComparer.Ordinal));
        Assert.All(entries, e => Assert.True(e.Value.Contains("**Do:** ", StringComparison.Ordinal) && e.Value.Trim().Length > 60, e.Key));
    }

    [GeneratedRegex("""^### `(\w+)`\n(.*?)(?=^### |\z)""", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Entry();

    [GeneratedRegex("""\| line \| when it is written \|\n\|---\|---\|\n((?:\|.*\n)+)""")]
    private static partial Regex LogTable();

    [GeneratedRegex("^\\| `(\\w+)")]
    private static partial Regex Name();

    [GeneratedRegex("`([^`\n]+)`")]
    private static partial Regex Code();

    /// <summary>One word of two parts at least, as names of reasons, lines, metrics and settings are.</summary>
    [GeneratedRegex("^[A-Za-z]+([_:][A-Za-z]+)+$|^[A-Z][a-z]+[A-Z]\\w+$")]
    private static partial Regex Identifier();

    [GeneratedRegex("""^\| `((?:streamactors|gen_ai)_\w+)`""", RegexOptions.Multiline)]
    private static partial Regex MetricRow();

    /// <summary>Settings by section and name, as the runbook writes them.</summary>
    private sealed class ServerFacts
    {
        public HashSet<string> Names { get; } =
        [
            .. from section in typeof(StreamActors.Server.Hosting.Settings).GetProperties()
               from setting in section.PropertyType.GetProperties()
               select $"{section.Name}:{setting.Name}",
            .. typeof(Backends.BackendOptions).GetProperties().SelectMany(p => new[] { p.Name, $"Backends:NAME:{p.Name}" }),
            .. typeof(ApiKeyOptions).GetProperties().Select(p => p.Name),
        ];
    }
}
