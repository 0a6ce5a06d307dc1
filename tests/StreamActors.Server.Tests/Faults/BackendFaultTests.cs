using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Faults;

/// <summary>Each fault of a backend at each moment: what ends it, what log and client see, what is left.</summary>
[TestCaseOrderer("StreamActors.Server.Tests.Faults.TableFirst", "StreamActors.Server.Tests")]
public class BackendFaultTests(ITestOutputHelper output)
{
    private static readonly FaultTable Table = new("backend-faults",
    [
        .. from fault in BackendFaults.All
           from moment in Moments.All
           select new FaultPair(fault.Name, moment, () => BackendMoments.PlayAsync(fault, moment), fault.CannotHappen(moment)),
    ]);

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
