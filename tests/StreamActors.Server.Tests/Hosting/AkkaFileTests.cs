using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>What the actor system does not take of <c>config/akka.conf</c>.</summary>
[Collection(PublishedFolder.Name)]
public class AkkaFileTests(PublishedFolder published)
{
    [Theory]
    [InlineData("akka.actor.provider = nonsense", "nonsense")]
    [InlineData("akka.actor.deployment { /x = { router = nosuch } }", "nosuch")]
    public async Task A_fault_of_the_file_is_one_line_that_names_it(string content, string says)
    {
        var folder = Directory.CreateTempSubdirectory("streamactors-akka-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "config"));
        await File.WriteAllTextAsync(Path.Combine(folder, "config", "akka.conf"), content);

        var (code, output) = await PublishedFolder.RunAsync(
            "bash", "-c", $"cd '{folder}' && exec dotnet '{published.Folder}/StreamActors.Server.dll' --Server:Urls http://127.0.0.1:0");

        Directory.Delete(folder, recursive: true);
        Assert.Equal(2, code);
        Assert.StartsWith("config/akka.conf: ", Assert.Single(output.Trim().Split('\n')));
        Assert.Contains(says, output);
    }
}
