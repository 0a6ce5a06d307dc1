using StreamActors.Server.Tests.Support;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Clients;

/// <summary>The libraries that people use, as installed from their registries, against the real server.</summary>
[TestCaseOrderer("StreamActors.Server.Tests.Faults.TableFirst", "StreamActors.Server.Tests")]
public class ClientTests(ClientTable table, ITestOutputHelper output) : IClassFixture<ClientTable>
{
    public static TheoryData<string, string> Pairs => ClientTable.Pairs;

    [Theory]
    [MemberData(nameof(Pairs))]
    public Task A_client_sees_what_the_table_says(string client, string name) => table.PlayAsync(client, name);

    /// <summary>Leaves the table as <c>artifacts/tests/clients.md</c>.</summary>
    [Fact]
    public async Task The_table_of_clients_is_the_one_in_the_README()
    {
        var (markdown, failed) = await table.WriteAsync();
        output.WriteLine(markdown);
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "tests"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "clients.md"), markdown);

        Assert.Empty(failed);
        Assert.Contains(markdown, await File.ReadAllTextAsync(Path.Combine(Repository.Root, "README.md")));
    }
}
