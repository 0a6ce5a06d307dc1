using StreamActors.Server.Hosting;
using StreamActors.Server.Http.Operators;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>What cannot be written is said before the start, all at once, each with the setting that names it.</summary>
public sealed class WritablePlacesTests : IDisposable
{
    private const string LogAdvice = "; name a folder that this user may write, or leave it empty to log to the console only";
    private const string KeyAdvice = "; name a file where this user may write, or set Operations:Sha256, which needs none";
    private readonly string _folder = Directory.CreateTempSubdirectory("streamactors-places-").FullName;

    public WritablePlacesTests() => File.WriteAllText(Path.Combine(_folder, "a-file"), "");

    /// <summary>What no user may write, not even root.</summary>
    public static TheoryData<string> Unwritable => ["a-file", "a-file/below", "/proc/streamactors", "/sys/streamactors", "nul\0l", new string('x', 300)];

    [Theory]
    [MemberData(nameof(Unwritable))]
    public void Both_places_are_listed_at_once_on_one_line_each(string place)
    {
        var settings = new Settings { Logs = { Directory = place }, Operations = { KeyFile = $"{place}/operator.key" } };

        var faults = Assert.Throws<SettingsException>(() => WritablePlaces.Check(settings, _folder)).Faults;

        Assert.Collection(
            faults,
            log => AssertFault(log, "Logs:Directory: ", LogAdvice),
            key => AssertFault(key, "Operations:KeyFile: ", KeyAdvice));
    }

    [Theory]
    [MemberData(nameof(Unwritable))]
    public void A_log_on_the_console_and_a_key_of_ones_own_need_no_place(string place) => WritablePlaces.Check(
        new Settings { Logs = { Directory = "" }, Operations = { KeyFile = place, Sha256 = new string('0', 64) } }, _folder);

    [Fact]
    public void What_is_not_there_is_made()
    {
        WritablePlaces.Check(new Settings { Logs = { Directory = "a/b" }, Operations = { KeyFile = "c/d/key" } }, _folder);

        Assert.True(File.Exists(Path.Combine(_folder, "a/b/system.log")));
        Assert.NotNull(new OperatorKeyFile(Path.Combine(_folder, "c/d/key")).Read());
    }

    [Fact]
    public void A_file_in_the_logs_place_that_is_a_folder_is_said()
    {
        Directory.CreateDirectory(Path.Combine(_folder, "logs", "system.log"));

        AssertFault(
            Assert.Single(Assert.Throws<SettingsException>(() => WritablePlaces.Check(new Settings(), _folder)).Faults), "Logs:Directory: ", LogAdvice);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static void AssertFault(string fault, string setting, string advice)
    {
        Assert.StartsWith(setting, fault);
        Assert.EndsWith(advice, fault);
        Assert.DoesNotContain('\n', fault);
        Assert.DoesNotContain('\0', fault);
        Assert.True(fault.Length > setting.Length + advice.Length + 10, fault);
    }
}
