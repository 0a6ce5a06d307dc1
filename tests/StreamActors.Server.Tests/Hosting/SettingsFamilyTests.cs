using System.Text;
using Microsoft.Extensions.Configuration;
using StreamActors.Server.Hosting;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>Every setting there is, found by reflection: what is accepted gets there, and what is not is refused with its name.</summary>
public class SettingsFamilyTests(ITestOutputHelper output)
{
    private static readonly List<SettingLeaf> Leaves = [.. SettingLeaf.Of(typeof(Settings), "")];

    [Fact]
    public void A_wrong_value_of_any_setting_is_one_fault_that_begins_with_its_full_name()
    {
        var wrong = Leaves.SelectMany(leaf => leaf.Wrong().Select(value => (leaf, value))).ToList();
        output.WriteLine($"{wrong.Count} wrong values of {wrong.Select(w => w.leaf.Path).Distinct().Count()} of {Leaves.Count} settings");
        Assert.True(wrong.Count > 200);

        Assert.Empty(wrong
            .Select(w => (w.leaf, w.value, Faults: FaultsOf(w.leaf, w.value)))
            .Where(w => w.Faults is not [var only] || !only.StartsWith($"{w.leaf.Path}: ", StringComparison.Ordinal) || only.Contains('\n'))
            .Select(w => $"{w.leaf.Path}={w.value}: {string.Join(" | ", w.Faults)}"));
    }

    [Fact]
    public void A_right_value_of_any_setting_reaches_its_option()
    {
        var notThere = new List<string>();
        foreach (var leaf in Leaves.Where(l => !l.Path.StartsWith("Kestrel:", StringComparison.Ordinal)))
        {
            var (text, value) = leaf.Right();
            Assert.NotEqual(leaf.Default, value);
            if (!Equal(value, leaf.In(SettingsReader.Read(Configuration(leaf, text)))))
                notThere.Add($"{leaf.Path}={text}");
        }

        Assert.Empty(notThere);
    }

    [Fact]
    public void A_right_value_below_Kestrel_is_taken() => Assert.Empty(Leaves
        .Where(l => l.Path.StartsWith("Kestrel:", StringComparison.Ordinal))
        .SelectMany(leaf => FaultsOf(leaf, leaf.Right().Text)));

    [Fact]
    public void A_group_in_the_place_of_any_setting_is_one_fault_that_names_it() => Assert.Empty(Leaves
        .Select(leaf => (leaf, Faults: SettingsTests.FaultsOf([.. leaf.Beside, ($"{leaf.Path}:more", "1")])))
        .Where(l => l.Faults is not [var only] || !only.StartsWith($"{l.leaf.Path}: takes ", StringComparison.Ordinal))
        .Select(l => $"{l.leaf.Path}: {string.Join(" | ", l.Faults)}"));

    [Fact]
    public void An_unknown_name_in_any_group_is_one_fault_that_names_it()
    {
        var groups = Leaves.Select(leaf => (leaf, Group: leaf.Path[..(leaf.Path.LastIndexOf(':') + 1)])).DistinctBy(g => g.Group).ToList();
        Assert.True(groups.Count > 10);

        Assert.Empty(groups
            .Select(g => (g.Group, Faults: SettingsTests.FaultsOf([.. g.leaf.Beside, .. Needed(g.leaf), ($"{g.Group}Nonsens", "1")])))
            .Where(g => g.Faults is not [var only] || !only.StartsWith($"{g.Group}Nonsens: unknown setting; known here: ", StringComparison.Ordinal))
            .Select(g => $"{g.Group}: {string.Join(" | ", g.Faults)}"));
    }

    /// <summary>JSON's null: nothing where that may be, else as if it were left out.</summary>
    [Fact]
    public void A_null_in_the_file_is_none_or_the_default()
    {
        foreach (var leaf in Leaves.Where(l => !l.Path.StartsWith("Kestrel:", StringComparison.Ordinal) && l.Path is not ("Backends:x:Type" or "Auth:Keys:x:Sha256" or "Backends:x:Url")))
        {
            var json = leaf.Path.Split(':').Reverse().Aggregate("null", (inner, name) => $"{{ \"{name}\": {inner} }}");
            var configuration = new ConfigurationBuilder().AddJsonStream(new MemoryStream(Encoding.UTF8.GetBytes(json)))
                .AddInMemoryCollection(leaf.Beside.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();

            var value = leaf.In(SettingsReader.Read(configuration));

            var isNone = leaf.Path == "Logs:Directory" || leaf.Default is null;
            Assert.True(Equal(isNone ? null : leaf.Property.PropertyType == typeof(string[]) ? Array.Empty<string>() : leaf.Default, value), $"{leaf.Path}={value}");
        }
    }

    [Theory]
    [InlineData("Ollama", "TokensPerSecond", "5", "Demo")]
    [InlineData("OpenAiCompatible", "Seed", "7", "Demo")]
    [InlineData("OpenAiCompatible", "NumCtx", "4096", "Ollama")]
    [InlineData("OpenAiCompatible", "KeepAlive", "5m", "Ollama")]
    [InlineData("OpenAiCompatible", "Think", "true", "Ollama")]
    public void What_another_type_would_obey_is_refused(string type, string name, string value, string obeyedBy) => Assert.Equal(
        $"Backends:x:{name}: has no effect on the type {type}; it is a setting of the type {obeyedBy}",
        Assert.Single(SettingsTests.FaultsOf(("Backends:x:Type", type), ("Backends:x:Url", "http://127.0.0.1:9"), ($"Backends:x:{name}", value))));

    [Fact]
    public void The_shipped_demo_may_be_made_another_type() => Assert.Equal(
        Backends.BackendType.OpenAiCompatible,
        SettingsReader.Read(SettingsReader.Load(Support.Repository.Root, ["--Backends:demo:Type", "OpenAiCompatible", "--Backends:demo:Url", "http://127.0.0.1:9"])).Backends["demo"].Type);

    private static IReadOnlyList<string> FaultsOf(SettingLeaf leaf, string value) => SettingsTests.FaultsOf([.. leaf.Beside, (leaf.Path, value)]);

    private static IConfigurationRoot Configuration(SettingLeaf leaf, string value) => new ConfigurationBuilder()
        .AddInMemoryCollection(leaf.Beside.Append((leaf.Path, value)).Select(s => KeyValuePair.Create(s.Item1, (string?)s.Item2))).Build();

    /// <summary>What a group needs beside the setting that a leaf is.</summary>
    private static IEnumerable<(string, string)> Needed(SettingLeaf leaf) =>
        leaf.Path is "Backends:x:Type" or "Backends:x:Url" or "Auth:Keys:x:Sha256" or "Kestrel:Endpoints:x:Url" ? [(leaf.Path, leaf.Right().Text)] : [];

    private static bool Equal(object? expected, object? found) =>
        expected is string[] list ? found is string[] other && list.SequenceEqual(other) : Equals(expected, found);
}
