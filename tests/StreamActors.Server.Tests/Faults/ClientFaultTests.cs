using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Faults;

/// <summary>Each fault of a client at each moment: what ends its stream, what the log says, what it sees if it looks, what is left.</summary>
[TestCaseOrderer("StreamActors.Server.Tests.Faults.TableFirst", "StreamActors.Server.Tests")]
public class ClientFaultTests(ITestOutputHelper output)
{
    private static readonly FaultTable Table = new("client-faults",
    [
        .. from fault in ClientFaults.All
           from moment in Moments.All
           select new FaultPair(fault.Name, moment, () => fault.PlayAsync(moment), fault.CannotHappen(moment)),
    ]);

    public static TheoryData<string, string> Pairs => Table.Names;

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task A_fault_of_the_client_ends_as_the_table_says(string fault, string moment) => Table.PlayAsync(fault, moment);

    [Fact]
    public async Task The_table_of_client_faults_and_moments_has_no_failed_pair()
    {
        var (table, failed) = await Table.WriteAsync();
        output.WriteLine(table);
        Assert.Empty(failed);
    }
}
