using StreamActors.Server.Hosting;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Operators;

public class OutputFolderTests
{
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
