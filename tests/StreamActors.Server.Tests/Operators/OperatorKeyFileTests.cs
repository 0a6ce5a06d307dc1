using System.Runtime.Versioning;
using StreamActors.Server.Hosting;
using StreamActors.Server.Http.Operators;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Operators;

[UnsupportedOSPlatform("windows")]
public sealed class OperatorKeyFileTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streamactors-key-").FullName;

    private string Path => System.IO.Path.Combine(_folder, "made", "operator.key");

    [Fact]
    public void A_key_is_made_that_only_its_owner_can_read()
    {
        new OperatorKeyFile(Path).Ensure();

        Assert.Matches("^op-[0-9a-f]{64}$", new OperatorKeyFile(Path).Read());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public void A_key_that_is_there_is_kept()
    {
        new OperatorKeyFile(Path).Ensure();
        var key = new OperatorKeyFile(Path).Read();

        new OperatorKeyFile(Path).Ensure();

        Assert.Equal(key, new OperatorKeyFile(Path).Read());
    }

    [Fact]
    public void A_part_of_a_key_is_replaced()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, "op-0123");
        Assert.Null(new OperatorKeyFile(Path).Read());

        new OperatorKeyFile(Path).Ensure();

        Assert.NotNull(new OperatorKeyFile(Path).Read());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path));
    }

    /// <summary>A device such as /dev/null reads as an empty file, and root could replace it.</summary>
    [Theory]
    [InlineData("")]
    [InlineData("secret")]
    [InlineData("{ \"Server\": {} }")]
    public void A_file_that_holds_anything_else_is_left_as_it_is_and_its_setting_is_named(string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        File.WriteAllText(Path, text);

        var fault = Assert.Single(Assert.Throws<SettingsException>(
            () => WritablePlaces.CheckKey(new OperationsOptions { KeyFile = Path }, contentRoot: _folder)).Faults);

        Assert.StartsWith($"Operations:KeyFile: {Path} exists and is not an operator key; name a file", fault);
        Assert.Equal(text, File.ReadAllText(Path));
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public void A_key_that_others_could_read_is_a_secret_no_more_and_replaced()
    {
        new OperatorKeyFile(Path).Ensure();
        var known = new OperatorKeyFile(Path).Read();
        File.SetUnixFileMode(Path, File.GetUnixFileMode(Path) | UnixFileMode.OtherRead);

        new OperatorKeyFile(Path).Ensure();

        Assert.NotEqual(known, new OperatorKeyFile(Path).Read());
    }

    [Fact]
    public async Task Of_many_that_make_one_at_once_all_have_the_same()
    {
        for (var round = 0; round < 50; round++)
        {
            await AssertOneKeyAsync();
            File.Delete(Path);
        }
    }

    private async Task AssertOneKeyAsync()
    {
        using var start = new Barrier(16);
        var keys = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Factory.StartNew(
            () =>
            {
                var file = new OperatorKeyFile(Path);
                start.SignalAndWait();
                file.Ensure();
                return file.Read();
            },
            TaskCreationOptions.LongRunning)));

        Assert.NotNull(Assert.Single(keys.Distinct()));
        Assert.Equal([Path], Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!));
    }

    [Fact]
    public async Task One_that_cannot_be_made_stops_the_start_and_its_setting_is_named()
    {
        Directory.CreateDirectory(Path);

        var stopped = await Assert.ThrowsAsync<SettingsException>(() => TestServer.StartAsync(("Operations:KeyFile", Path)));

        Assert.StartsWith("Operations:KeyFile: ", Assert.Single(stopped.Faults), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);
}
