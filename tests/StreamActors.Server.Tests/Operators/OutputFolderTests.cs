using System.Text.Json;
using StreamActors.Server.Hosting;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Operators;

[Collection(PublishedFolder.Name)]
public class OutputFolderTests(PublishedFolder published)
{
    [Theory]
    [InlineData("help", 0, "dotnet StreamActors.Ops.dll ops COMMAND")]
    [InlineData("ops", 0, "dotnet StreamActors.Ops.dll top [--url URL]")]
    [InlineData("sessions list", 3, "Start it with 'dotnet StreamActors.Server.dll'")]
    [InlineData("ops sessions list", 3, "Start it with 'dotnet StreamActors.Server.dll'")]
    [InlineData("top", 3, "Start it with 'dotnet StreamActors.Server.dll'")]
    [InlineData("explode", 2, "'dotnet StreamActors.Ops.dll ops' shows what there is")]
    public async Task The_operators_tools_are_published_beside_the_server(string words, int code, string says)
    {
        using var nobody = new Fakes.RefusingAddress();
        var (found, output) = await PublishedFolder.RunAsync(
            "bash", "-c", $"cd '{published.Folder}' && dotnet StreamActors.Ops.dll {words} --url {nobody.Url}");

        Assert.True(found == code && output.Contains(says, StringComparison.Ordinal), $"{found}: {output}");
    }

    [Fact]
    public void What_is_published_holds_nothing_of_pbm()
    {
        var files = Directory.GetFiles(published.Folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();
        Assert.Contains("StreamActors.Server.dll", files);
        Assert.Contains("StreamActors.Ops.runtimeconfig.json", files);
        Assert.DoesNotContain(files, file => file!.Contains("Petabridge", StringComparison.OrdinalIgnoreCase) || file.Contains("Contract", StringComparison.Ordinal));
    }

    /// <summary>Under full load on one processor the runtime would wait about a minute for a pause in which to compile hot code.</summary>
    [Fact]
    public void The_published_server_compiles_hot_code_without_waiting_for_a_pause()
    {
        using var runtime = JsonDocument.Parse(File.ReadAllText(Path.Combine(published.Folder, "StreamActors.Server.runtimeconfig.json")));

        var properties = runtime.RootElement.GetProperty("runtimeOptions").GetProperty("configProperties");
        Assert.Equal(0, properties.GetProperty("System.Runtime.TieredCompilation.CallCountingDelayMs").GetInt32());
    }

    /// <summary>What pbm's palette is compiled against is no part of the server.</summary>
    [Fact]
    public void The_servers_output_holds_and_names_nothing_of_pbm()
    {
        // The same build as this test's: Release or Debug, of the same framework.
        var build = Path.GetRelativePath(Path.Combine(Repository.Root, "tests", "StreamActors.Server.Tests"), AppContext.BaseDirectory);
        var folder = Path.Combine(Repository.Root, "src", "StreamActors.Server", build);

        var files = Directory.GetFiles(folder, "*", SearchOption.AllDirectories).Select(Path.GetFileName).ToList();
        Assert.Contains("StreamActors.Server.dll", files);
        Assert.DoesNotContain(files, file => file!.Contains("Petabridge", StringComparison.OrdinalIgnoreCase) || file.Contains("Contract", StringComparison.Ordinal));
        Assert.DoesNotContain("Petabridge", File.ReadAllText(Path.Combine(folder, "StreamActors.Server.deps.json")), StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(typeof(StreamActorsServer).Assembly.GetReferencedAssemblies(), a => a.Name!.Contains("Petabridge", StringComparison.OrdinalIgnoreCase));
    }
}
