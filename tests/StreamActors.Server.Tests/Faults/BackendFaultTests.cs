using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Faults;

/// <summary>Every fault of a backend at every moment: what ends it, what the log says, what the client sees, what is left.</summary>
[TestCaseOrderer("StreamActors.Server.Tests.Faults.TableFirst", "StreamActors.Server.Tests")]
public class BackendFaultTests(ITestOutputHelper output)
{
    private static readonly FaultTable Table = new("backend-faults", [.. BackendFaults.All.SelectMany(fault => Moments.All.Select(moment =>
        new FaultPair(fault.Name, moment, () => BackendMoments.PlayAsync(fault, moment), fault.CannotHappen(moment))))]);

    public static TheoryData<string, string> Pairs => Table.Names;

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task A_fault_of_the_backend_ends_as_the_table_says(string fault, string moment) => Table.PlayAsync(fault, moment);

    [Fact]
    public async Task The_table_of_backend_faults_and_moments_has_no_failed_pair()
    {
        var (table, failed) = await Table.WriteAsync();
        output.WriteLine(table);
        Assert.Empty(failed);
    }
}
