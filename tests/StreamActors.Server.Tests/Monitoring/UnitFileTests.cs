using System.Net.Http.Json;
using System.Text.RegularExpressions;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>The systemd unit fits the server that it starts, and starts it.</summary>
[Collection(PublishedFolder.Name)]
public partial class UnitFileTests(PublishedFolder published)
{
    [Fact]
    public void It_waits_longer_than_a_drain_takes_and_signals_what_drains()
    {
        Assert.Equal("SIGTERM", UnitFile.All["KillSignal"].Single());
        Assert.True(TimeSpan.FromSeconds(int.Parse(UnitFile.All["TimeoutStopSec"].Single())) >= new ServerOptions().DrainTimeout + TimeSpan.FromSeconds(5));
        Assert.Equal("2", UnitFile.All["RestartPreventExitStatus"].Single());
    }

    [Fact]
    public void It_lets_the_server_write_nothing_but_its_log_and_its_key()
    {
        Assert.Equal("strict", UnitFile.All["ProtectSystem"].Single());
        Assert.Equal("yes", UnitFile.All["DynamicUser"].Single());
        Assert.Empty(UnitFile.All["ReadWritePaths"]);
        Assert.Equal(2, UnitFile.Environment.Count);
    }

    [Fact]
    public async Task It_starts_what_is_published_where_only_its_own_folders_can_be_written()
    {
        await using var unit = await UnitSandbox.StartAsync(published.Folder, UnitFile.Environment);
        Assert.True(unit.Address is not null, unit.Output);
        using var http = new HttpClient { BaseAddress = unit.Address, Timeout = TimeSpan.FromSeconds(30) };

        using var answer = await http.PostAsJsonAsync("/v1/chat/completions", new { prompt = "Hi", max_tokens = 3 });

        Assert.Equal(200, (int)answer.StatusCode);
        await Eventually.HoldsAsync(() => Assert.Contains(" stream_end ", File.ReadAllText(unit["/var/log/streamactors/system.log"])));
        var key = new FileInfo(unit["/var/lib/streamactors/operator.key"]);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, key.UnixFileMode);
        Assert.Equal((0, $"{UnitSandbox.User}\n"), await unit.RunAsync("stat -c %u /var/lib/streamactors/operator.key"));
        Assert.Equal((1, "read-only\n"), await unit.RunAsync("touch /opt/streamactors/x /var/log/x /var/lib/x /etc/x 2>/dev/null || { echo read-only; exit 1; }"));

        foreach (var command in new[] { OperateCommand().Match(UnitFile.Text).Groups[1].Value, "dotnet StreamActors.Ops.dll ops stats --key-file /var/lib/streamactors/operator.key" })
        {
            var (code, output) = await unit.RunAsync($"{command} --url {unit.Address}");
            Assert.True(code == 0, output);
            Assert.Contains("1", output);
        }

        Assert.Equal(0, await unit.EndedAsync("TERM"));
    }

    /// <summary>The sandbox is one: what starts by the unit's settings does not without them.</summary>
    [Fact]
    public async Task Without_its_settings_the_server_says_which_two_it_needs()
    {
        await using var unit = await UnitSandbox.StartAsync(published.Folder, []);

        Assert.Equal(2, await unit.EndedAsync());
        Assert.Matches(@"- Logs:Directory: .*Read-only file system.*\n.*- Operations:KeyFile: .*Read-only file system", unit.Output);
        Assert.DoesNotContain("   at ", unit.Output);
    }

    [Fact]
    public async Task Systemd_finds_nothing_wrong_with_it()
    {
        var copy = Path.Combine(Directory.CreateTempSubdirectory("streamactors-unit-").FullName, "streamactors.service");
        try
        {
            // Where .NET is differs, and the documentation is where the unit is installed.
            await File.WriteAllTextAsync(copy, UnitFile.Text.Replace("/usr/bin/dotnet", "/bin/true").Replace("file:///opt/streamactors/config/README.md", "man:true(1)"));

            Assert.Equal((0, ""), await PublishedFolder.RunAsync("systemd-analyze", "verify", "--man=no", copy));
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(copy)!, recursive: true);
        }
    }

    [GeneratedRegex("^# Operate, in /opt/streamactors: (.+)$", RegexOptions.Multiline)]
    private static partial Regex OperateCommand();
}
