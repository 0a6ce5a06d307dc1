using System.Text.RegularExpressions;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>The systemd unit fits the server that it starts.</summary>
public partial class UnitFileTests
{
    private static readonly ILookup<string, string> Unit = Setting()
        .Matches(File.ReadAllText(Path.Combine(Repository.Root, "config", "streamactors.service"))).ToLookup(m => m.Groups[1].Value, m => m.Groups[2].Value);

    [Fact]
    public void It_waits_longer_than_a_drain_takes_and_signals_what_drains()
    {
        Assert.Equal("SIGTERM", Unit["KillSignal"].Single());
        Assert.True(TimeSpan.FromSeconds(int.Parse(Unit["TimeoutStopSec"].Single())) >= new ServerOptions().DrainTimeout + TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void It_starts_the_server_with_its_log_where_it_may_write()
    {
        Assert.EndsWith($"/{typeof(ServerOptions).Assembly.GetName().Name}.dll --Logs:Directory /var/log/{Unit["LogsDirectory"].Single()}", Unit["ExecStart"].Single());
        Assert.Equal("2", Unit["RestartPreventExitStatus"].Single());
    }

    [GeneratedRegex("^([A-Z][A-Za-z]+)=(.*)$", RegexOptions.Multiline)]
    private static partial Regex Setting();
}
