using System.Reflection;
using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>The page of complaints and the tests say the same.</summary>
public partial class ListTests
{
    private const int Complaints = 25;

    private static readonly string[] Rows =
        [.. File.ReadLines(Path.Combine(Repository.Root, "tests", "StreamActors.Server.Tests", "Complaints", "README.md")).Where(l => Row().IsMatch(l))];

    [Fact]
    public void Every_complaint_is_on_the_page() => Assert.Equal(
        Enumerable.Range(1, Complaints),
        Rows.Select(row => Row().Match(row).Groups["number"].Value).Where(number => number != "+").Select(int.Parse).Distinct().Order());

    [Fact]
    public void Each_test_on_the_page_exists_and_each_test_of_a_complaint_is_on_the_page() => Assert.Equal(
        InCode().Order(StringComparer.Ordinal),
        Rows.SelectMany(row => Test().Matches(row).Select(test => (Row().Match(row).Groups["thread"].Value, test.Groups["name"].Value).ToString()))
            .Order(StringComparer.Ordinal));

    /// <summary>Threads and tests by the tests' traits.</summary>
    private static IEnumerable<string> InCode() =>
        from type in typeof(ListTests).Assembly.GetTypes()
        from method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.DeclaredOnly)
        from trait in method.GetCustomAttributesData()
        where trait.AttributeType == typeof(TraitAttribute) && (string?)trait.ConstructorArguments[0].Value == "complaint"
        select ((string)trait.ConstructorArguments[1].Value!, method.Name).ToString();

    [GeneratedRegex(@"^\| (?<number>\d+|\+) \| (?<thread>[^ ]+/[^ ]+#\d+) \|")]
    private static partial Regex Row();

    [GeneratedRegex(@"`(?<name>[A-Z][A-Za-z0-9]*(_[A-Za-z0-9]+){3,})`")]
    private static partial Regex Test();
}
