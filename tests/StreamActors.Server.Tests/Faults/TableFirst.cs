using Xunit.Abstractions;
using Xunit.Sdk;

namespace StreamActors.Server.Tests.Faults;

/// <summary>The table's own test plays several pairs at once; where it runs, it runs first, and the pairs' tests have their results.</summary>
public sealed class TableFirst : ITestCaseOrderer
{
    public IEnumerable<TTestCase> OrderTestCases<TTestCase>(IEnumerable<TTestCase> testCases)
        where TTestCase : ITestCase => testCases.OrderBy(test => test.TestMethodArguments is { Length: > 0 });
}
