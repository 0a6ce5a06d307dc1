using System.Net.Http.Json;
using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>A real disk that is full, and has room again.</summary>
[Collection(PublishedFolder.Name)]
public partial class FullLogDiskTests(PublishedFolder published)
{
    private const int DiskBytes = 256 * 1024;
    private const int Prompts = 30;

    [Fact]
    public async Task What_was_logged_while_the_logs_disk_was_full_stands_there_when_it_has_room_and_no_line_is_torn()
    {
        await using var unit = await UnitSandbox.StartAsync(published.Folder, UnitFile.Environment, DiskBytes);
        Assert.True(unit.Address is not null, unit.Output);
        using var http = new HttpClient { BaseAddress = unit.Address, Timeout = TimeSpan.FromSeconds(30) };
        await AskAsync(http);

        Fill(unit["/var/log/streamactors/filler"]);
        for (var i = 0; i < Prompts - 2; i++)
            await AskAsync(http);
        await Eventually.HoldsAsync(async () => Assert.Equal("log_failing", await ReasonAsync(http)));
        await Eventually.HoldsAsync(() => Assert.Single(Regex.Matches(unit.Output, " log_failing .*No space left on device")));

        File.Delete(unit["/var/log/streamactors/filler"]);
        await AskAsync(http);

        await Eventually.HoldsAsync(async () => Assert.Null(await ReasonAsync(http)));
        await Eventually.HoldsAsync(() =>
        {
            var lines = File.ReadAllLines(unit["/var/log/streamactors/system.log"]);
            Assert.Equal((Prompts, Prompts), (lines.Count(l => l.Contains(" stream_start ")), lines.Count(l => l.Contains(" stream_end "))));
            Assert.All(lines, line => Assert.Matches(Line(), line));
            Assert.Contains(lines, line => line.EndsWith(" left_out=0", StringComparison.Ordinal) && line.Contains(" log_recovered "));
        });
    }

    private static async Task AskAsync(HttpClient http)
    {
        using var answer = await http.PostAsJsonAsync("/v1/chat/completions", new { prompt = "Hi", max_tokens = 1 });
        Assert.Equal(200, (int)answer.StatusCode);
    }

    private static async Task<string?> ReasonAsync(HttpClient http)
    {
        var body = await http.GetFromJsonAsync<System.Text.Json.JsonElement>("/readyz");
        Assert.Equal("ready", body.GetProperty("status").GetString());
        return body.GetProperty("reasons").EnumerateArray().Select(r => r.GetProperty("code").GetString()).SingleOrDefault();
    }

    /// <summary>To the last byte.</summary>
    private static void Fill(string file)
    {
        using var filler = new FileStream(file, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        Assert.Throws<IOException>(() =>
        {
            for (var i = 0; i < DiskBytes; i++)
                filler.Write("x"u8);
        });
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d\d:\d\d [A-Z]{3} \w+ ")]
    private static partial Regex Line();
}
