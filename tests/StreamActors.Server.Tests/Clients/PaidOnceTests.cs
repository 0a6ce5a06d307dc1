using System.Globalization;
using System.Text;
using StreamActors.Server.Tests.Support;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Clients;

/// <summary>
/// What a model server that goes wrong is asked by libraries that try again by themselves, with their retries as shipped. What it has
/// been at work for is never asked for twice; where it only had no room, it is.
/// </summary>
public class PaidOnceTests(ITestOutputHelper output)
{
    /// <summary>It knows the code, and has an error of its own for it.</summary>
    private const string OverflowInLangChain = "ContextOverflowError";

    private static readonly string[] Clients = ["openai", "ai-sdk", "langchain"];

    /// <summary>Leaves the table as <c>artifacts/tests/requests.md</c>.</summary>
    [Fact]
    public async Task No_paid_answer_is_asked_for_twice()
    {
        var clients = RealClient.All.Where(c => Clients.Contains(c.Module)).ToList();
        var columns = await Task.WhenAll(clients.Select(ColumnAsync));
        var table = new StringBuilder("| requests at the model server | ").AppendJoin(" | ", clients.Select(c => c.Name)).Append(" |\n|---|---|---|---|\n");
        foreach (var (upstream, row) in FaultyUpstream.All.Select((upstream, row) => (upstream, row)))
            table.Append(CultureInfo.InvariantCulture, $"| {upstream.Name} | {string.Join(" | ", columns.Select(c => c[row].Requests))} |\n");
        output.WriteLine(table.ToString());
        var folder = Directory.CreateDirectory(Path.Combine(Repository.Root, "artifacts", "tests"));
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "requests.md"), table.ToString());

        Assert.Equal("", string.Join("\n", columns.SelectMany(cells => cells).Select(cell => cell.Fault).OfType<string>()));
    }

    private static async Task<List<(int Requests, string? Fault)>> ColumnAsync(RealClient client)
    {
        var cells = new List<(int, string?)>();
        await using var process = await client.StartAsync();
        foreach (var upstream in FaultyUpstream.All)
        {
            await using var scene = await ClientScene.SetAsync(client, process, ("Backends:up:MaxEventBytes", "1000000"));
            var requests = 0;
            var answer = await scene.PlayAsync(await scene.AskAsync(upstream.Stream), call => upstream.Answers(scene, call, ++requests));
            var asExpected = requests == upstream.Requests && (upstream.Requests > 1 ? answer.Error is null : answer.Error is not null)
                && (upstream.Code is null || answer.Error?.Code == upstream.Code || answer.Error?.Name == OverflowInLangChain);
            cells.Add((requests, asExpected ? null : $"{client.Name}, {upstream.Name}: {requests} requests, {answer.Error}"));
        }

        return cells;
    }
}
