using Xunit.Abstractions;
using Xunit.Sdk;

namespace StreamActors.Server.Tests.Faults;

/// <summary>The table's own test, which plays several pairs at once, runs before those of the pairs.</summary>
public sealed class TableFirst : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases.OrderBy(test => test.TestMethodArguments is { Length: > 0 });
}
