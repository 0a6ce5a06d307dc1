using System.Text;
using Microsoft.Extensions.Configuration;
using StreamActors.Server.Hosting;
using StreamActors.Server.Hosting.Sources;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>The settings file as editors, systems and hurried people leave it.</summary>
public sealed class SettingsFileTests : IDisposable
{
    private const string Good = "{ \"Server\": { \"Heartbeat\": \"00:00:07\" } }";
    private readonly string _folder = Directory.CreateTempSubdirectory("streamactors-file-ä ").FullName;

    public static TheoryData<string, byte[]> Shapes => new()
    {
        { "as it is", Utf8(Good) },
        { "Windows line ends", Utf8(Good.Replace(" ", "\r\n")) },
        { "old Mac line ends", Utf8(Good.Replace(" ", "\r")) },
        { "a byte order mark", [0xEF, 0xBB, 0xBF, .. Utf8(Good)] },
        { "UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(Good)] },
        { "UTF-16, the other end first", [.. Encoding.BigEndianUnicode.GetPreamble(), .. Encoding.BigEndianUnicode.GetBytes(Good)] },
        { "UTF-16 without a mark", Encoding.Unicode.GetBytes(Good) },
        { "UTF-16 without a mark, the other end first", Encoding.BigEndianUnicode.GetBytes(Good) },
        { "UTF-32", [.. Encoding.UTF32.GetPreamble(), .. Encoding.UTF32.GetBytes(Good)] },
        { "comments", Utf8($"// ours\n{Good.Replace("{ \"H", "{ /* heart */ \"H")} // end") },
        { "commas before a closing brace", Utf8(Good.Replace("\" }", "\", },")) },
        { "names in lower case", Utf8(Good.ToLowerInvariant()) },
        { "names in upper case", Utf8(Good.ToUpperInvariant()) },
        { "a name with a colon", Utf8("{ \"Server:Heartbeat\": \"00:00:07\" }") },
        { "a section in two places", Utf8("{ \"Server\": { \"Heartbeat\": \"00:00:07\" }, \"Server\": { \"MaxStreams\": 10 } }") },
        { "nulls for what is left out", Utf8(Good.Replace("\" }", "\", \"MaxStreams\": null }, \"Auth\": null")) },
    };

    public static TheoryData<string, byte[], string> Faults => new()
    {
        { "a comma too many", Utf8("{\n  \"Server\": {\n    \"MaxStreams\": 1,,\n  } }"), ", line 3, column 21: ',' is an invalid start of a property name. Expected a '\"'. There is a comma too many." },
        { "a comma too many, Windows", Utf8("{\r\n  \"Server\": {\r\n    \"MaxStreams\": 1,,\r\n  } }"), ", line 3, column 21: ','" },
        { "a comma too many, behind an umlaut", Utf8("{ \"ä€😀\": 1,, }"), ", line 1, column 13: ','" },
        { "a comma too many, in UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{ \"ä\": 1,, }")], ", line 1, column 10: ','" },
        { "a comma missing", Utf8("{ \"Logs\": { \"Json\": true\n  \"Level\": \"Debug\" } }"), ", line 2, column 3: '\"' is invalid after a value" },
        { "a value missing", Utf8("{ \"DefaultModel\": }"), ", line 1, column 19: '}'" },
        { "single quotes", Utf8("{ 'DefaultModel': 'm' }"), ", line 1, column 3: ''' is an invalid start of a property name" },
        { "a name without quotes", Utf8("{ DefaultModel: \"m\" }"), ", line 1, column 3: 'D' is an invalid start" },
        { "a value without quotes", Utf8("{ \"DefaultModel\": llama }"), ", line 1, column 19: 'l' is an invalid start of a value" },
        { "a Windows path", Utf8("{ \"Logs\": { \"Directory\": \"C:\\logs\" } }"), ", line 1, column 30: 'l' is an invalid escapable character" },
        { "a text that goes over its line", Utf8("{ \"DefaultModel\": \"m\n}"), ", line 1, column 21: '0x0A' is invalid within a JSON string" },
        { "a text behind the end", Utf8("{} }"), ", line 1, column 4: '}' is invalid" },
        { "cut off in an object", Utf8("{\n  \"Server\": {\n"), ", line 3, column 1: the file ends here" },
        { "cut off in a name", Utf8("{ \"Ser"), ", line 1, column 7: the file ends here" },
        { "cut off behind a name", Utf8("{ \"Server\":"), ", line 1, column 12: the file ends here" },
        { "cut off in a list", Utf8("{ \"Server\": { \"AllowedOrigins\": [ \"*\""), "the file ends here" },
        { "cut off in a comment", Utf8("{ /* Server"), "the file ends here" },
        { "empty", [], ": is empty; delete it, or write {} into it" },
        { "blank", Utf8(" \r\n\t\n"), ": is empty; delete it" },
        { "only a mark", [0xEF, 0xBB, 0xBF], ": is empty; delete it" },
        { "only comments", Utf8("// nothing yet\n"), ", line 1: holds no settings" },
        { "a list", Utf8("[ 1 ]"), ", line 1, column 1: settings are one object" },
        { "a text", Utf8("\n \"Server\""), ", line 2, column 2: settings are one object" },
        { "null", Utf8("null"), ", line 1, column 1: settings are one object" },
        { "Latin-1", Encoding.Latin1.GetBytes("{\n \"DefaultModel\": \"größe\" }"), ", line 2, column 21: is not UTF-8" },
        { "YAML", Utf8("Server:\n  Heartbeat: 00:00:07\n"), ", line 1, column 1: 'S' is an invalid start of a value" },
        { "a value given twice", Utf8("{ \"DefaultModel\": \"a\",\n  \"defaultmodel\": \"b\" }"), ", line 2, column 3: defaultmodel is set already, in line 1, column 3" },
        { "a value given twice, in two sections of one name", Utf8("{ \"Logs\": { \"Json\": true },\n \"Logs\": { \"Json\": false } }"), ", line 2, column 12: Logs:Json is set already, in line 1, column 13" },
        { "a value given twice, with a colon", Utf8("{ \"Logs\": { \"Json\": true },\n \"Logs:Json\": false }"), ", line 2, column 2: Logs:Json is set already" },
        { "an empty group, and a value of its name", Utf8("{ \"Logs\": {},\n \"Logs\": null }"), ", line 2, column 2: Logs is set already, in line 1, column 3" },
        { "an empty list, and a value of its name", Utf8("{ \"Server\": { \"AllowedOrigins\": [],\n \"AllowedOrigins\": \"*\" } }"), ", line 2, column 2: Server:AllowedOrigins is set already" },
        { "too deep", Utf8(string.Concat(Enumerable.Repeat("{\"a\":", 65)) + new string('}', 65)), ", line 1, column " },
    };

    [Theory]
    [MemberData(nameof(Shapes))]
    public void A_file_is_read_however_it_was_saved(string shape, byte[] file)
    {
        Save(file);

        var settings = SettingsReader.Read(SettingsReader.Load(_folder, []));

        Assert.True(settings.Server.Heartbeat == TimeSpan.FromSeconds(7), shape);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_wrong_with_a_file_is_said_with_its_place(string shape, byte[] file, string says)
    {
        Save(file);

        var fault = Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Load(_folder, [])).Faults);

        Assert.True(fault.StartsWith("config/appsettings.json", StringComparison.Ordinal) && fault.Contains(says, StringComparison.Ordinal), $"{shape}: {fault}");
        Assert.DoesNotContain('\n', fault);
    }

    [Fact]
    public void All_values_given_twice_are_listed_at_once()
    {
        Save(Utf8("{ \"a\": 1, \"a\": 2, \"b\": 1, \"B\": 2, \"c\": [1], \"c\": [2] }"));

        Assert.Equal(3, Assert.Throws<SettingsException>(() => SettingsReader.Load(_folder, [])).Faults.Count);
    }

    /// <summary>The framework's reader makes something of every file that is let through.</summary>
    [Fact]
    public void What_is_let_through_the_frameworks_reader_takes()
    {
        foreach (var row in Shapes)
        {
            Save((byte[])row[1]);
            var builder = new ConfigurationBuilder().AddJsonStream(new MemoryStream(SettingsFile.Read(_folder)!));
            Assert.Equal("00:00:07", builder.Build()["Server:Heartbeat"]);
        }
    }

    [Fact]
    public void Without_a_file_the_defaults_hold() => Assert.Null(SettingsFile.Read(Path.Combine(_folder, "none")));

    [Fact]
    public void A_folder_in_the_files_place_is_said()
    {
        Directory.CreateDirectory(Path.Combine(_folder, SettingsFile.Name));

        Assert.StartsWith("config/appsettings.json: is a folder", Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Load(_folder, [])).Faults));
    }

    [Theory]
    [InlineData("nothing.json")]
    [InlineData("appsettings.json")]
    public void A_file_that_is_there_and_cannot_be_reached_is_not_passed_over(string target)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "config"));
        File.CreateSymbolicLink(Path.Combine(_folder, SettingsFile.Name), target);

        Assert.StartsWith("config/appsettings.json: cannot be read: ", Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Load(_folder, [])).Faults));
    }

    [Fact]
    public void A_folder_that_cannot_be_entered_hides_no_settings()
    {
        File.CreateSymbolicLink(Path.Combine(_folder, "config"), "config");

        Assert.StartsWith("config/appsettings.json: cannot be read: ", Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Load(_folder, [])).Faults));
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    private void Save(byte[] file)
    {
        Directory.CreateDirectory(Path.Combine(_folder, "config"));
        File.WriteAllBytes(Path.Combine(_folder, SettingsFile.Name), file);
    }
}
