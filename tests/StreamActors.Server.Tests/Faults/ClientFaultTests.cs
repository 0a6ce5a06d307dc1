using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Faults;

/// <summary>Every fault of a client at every moment: what ends its stream, what the log says, what it sees if it looks, what is left.</summary>
public class ClientFaultTests(ITestOutputHelper output)
{
    private static readonly FaultTable Table = new("client-faults", [.. ClientFaults.All.SelectMany(fault => Moments.All.Select(moment =>
        new FaultPair(fault.Name, moment, () => fault.PlayAsync(moment), fault.CannotHappen(moment))))]);

    public static TheoryData<string> Pairs => Table.Names;

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task A_fault_of_the_client_ends_as_the_table_says(string pair) => Table.PlayAsync(pair);

    [Fact]
    public async Task The_table_of_client_faults_and_moments() => output.WriteLine(await Table.WriteAsync());
}
