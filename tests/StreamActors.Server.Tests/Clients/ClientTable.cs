using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace StreamActors.Server.Tests.Clients;

/// <summary>All clients and cases. Each pair is played once, for its own test and for the table, whichever asks first.</summary>
public sealed class ClientTable : IAsyncLifetime
{
    private readonly ConcurrentDictionary<string, Lazy<Task<ClientProcess>>> _processes = new();
    private readonly ConcurrentDictionary<(string Client, string Case), Lazy<Task<string>>> _plays = new();

    /// <summary>Names of all pairs.</summary>
    public static TheoryData<string, string> Pairs
    {
        get
        {
            var pairs = new TheoryData<string, string>();
            foreach (var client in RealClient.All)
            {
                foreach (var play in ClientCase.All)
                    pairs.Add(client.Name, play.Name);
            }

            return pairs;
        }
    }

    /// <summary>Plays a pair, once.</summary>
    /// <returns>What the client saw.</returns>
    public Task<string> PlayAsync(string client, string name) => PlayAsync(
        RealClient.All.Single(c => c.Name == client), ClientCase.All.Single(c => c.Name == name));

    /// <summary>Plays what has not been played yet, all clients at once, each one case after another.</summary>
    /// <returns>The whole table in Markdown, and the names of the pairs that failed.</returns>
    public async Task<(string Table, IReadOnlyList<string> Failed)> WriteAsync()
    {
        var columns = await Task.WhenAll(RealClient.All.Select(ColumnAsync));
        var table = new StringBuilder("| ");
        foreach (var (client, column) in RealClient.All.Zip(columns))
            table.Append(CultureInfo.InvariantCulture, $"| {client.Name}{column.Version} ");
        table.Append("|\n|---").Insert(table.Length, "|---", RealClient.All.Count).Append("|\n");
        foreach (var (play, row) in ClientCase.All.Select((play, row) => (play, row)))
            table.Append(CultureInfo.InvariantCulture, $"| {play.Name} | {string.Join(" | ", columns.Select(column => column.Cells[row].Seen))} |\n");
        return (table.ToString(), [.. columns.SelectMany(column => column.Cells).Where(cell => cell.Failed is not null).Select(cell => cell.Failed!)]);
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (var process in _processes.Values)
            await (await process.Value).DisposeAsync();
    }

    private async Task<(string Version, List<(string Seen, string? Failed)> Cells)> ColumnAsync(RealClient client)
    {
        var cells = new List<(string, string?)>();
        foreach (var play in ClientCase.All)
        {
            try
            {
                cells.Add((await PlayAsync(client, play), null));
            }
            catch (Exception failure)
            {
                cells.Add(("**failed**", $"{client.Name}, {play.Name}: {failure.Message}"));
            }
        }

        return (client.FromTheMachine ? "" : $" {(await ProcessAsync(client)).Version}", cells);
    }

    private Task<string> PlayAsync(RealClient client, ClientCase play) => _plays.GetOrAdd(
        (client.Name, play.Name), _ => new Lazy<Task<string>>(() => Task.Run(async () =>
        {
            await using var scene = await ClientScene.SetAsync(client, await ProcessAsync(client), play.Settings);
            var seen = await play.PlayAsync(scene);
            await scene.IsCleanAsync();
            return seen;
        }))).Value;

    private Task<ClientProcess> ProcessAsync(RealClient client) =>
        _processes.GetOrAdd(client.Name, _ => new Lazy<Task<ClientProcess>>(client.StartAsync)).Value;
}
