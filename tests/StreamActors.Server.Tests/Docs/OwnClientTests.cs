using Serilog;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Docs;

/// <summary>The example of a chat client of one's own.</summary>
public class OwnClientTests
{
    [Fact]
    public void The_settings_page_shows_the_example_as_it_is_compiled()
    {
        var file = File.ReadAllText(Path.Combine(Repository.Root, "tests/StreamActors.Server.Tests/Docs/OwnClient.cs"));
        var example = file[(file.IndexOf('\n') + 1)..];

        Assert.Contains($"```csharp\n{example}```", File.ReadAllText(Path.Combine(Repository.Root, "config/README.md")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_example_serves(bool stream)
    {
        var folder = Directory.CreateTempSubdirectory("streamactors-").FullName;
        await using var log = new LoggerConfiguration().CreateLogger();
        await using var app = OwnServer.Build(folder, log, "--Server:Urls", "http://127.0.0.1:0");
        await app.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(app.Urls.First()), Timeout = TimeSpan.FromSeconds(30) };
        using var body = new StringContent($$"""{"prompt":"once upon a time","stream":{{(stream ? "true" : "false")}}}""");

        using var answer = await http.PostAsync("/v1/chat/completions", body);
        var text = await answer.Content.ReadAsStringAsync();

        Assert.Equal(200, (int)answer.StatusCode);
        Assert.Contains(stream ? "\"content\":\"upon \"" : "\"content\":\"once upon a time \"", text);
        await app.StopAsync();
        Directory.Delete(folder, recursive: true);
    }
}
