using System.Text;

namespace StreamActors.Server.Hosting.Sources;

/// <summary>
/// The settings file as editors leave it: UTF-8 or UTF-16, with a byte order mark or without, any line ends, comments and trailing commas. What is
/// wrong with it is said with its line and column.
/// </summary>
internal static class SettingsFile
{
    /// <summary>Where it is, below the content root.</summary>
    public const string Name = "config/appsettings.json";

    /// <summary>The file's JSON object as UTF-8; null where there is no file.</summary>
    /// <param name="contentRoot">The folder that holds <c>config</c>.</param>
    /// <exception cref="SettingsException">It cannot be read, or is no JSON object; lists what is wrong.</exception>
    public static byte[]? Read(string contentRoot)
    {
        var path = Path.Combine(contentRoot, Name);
        if (Directory.Exists(path))
            throw Fault("is a folder. Container engines create one where the file that they are to mount does not exist");
        byte[] json;
        try
        {
            json = ToUtf8(File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException && new FileInfo(path).LinkTarget is null)
        {
            // A missing file is fine. A folder that may not be entered may hide a file that was meant to be read.
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw Fault($"cannot be read: {failure.Message}");
        }

        if (json.AsSpan().Trim(" \t\r\n"u8).IsEmpty)
            throw Fault("is empty; delete it, or write {} into it");
        var faults = new JsonFaults(json).Find();
        return faults.Count == 0 ? json : throw new SettingsException([.. faults.Select(f => $"{Name}, {f}")]);
    }

    private static SettingsException Fault(string what) => new([$"{Name}: {what}"]);

    /// <summary>Decodes what the marks at the beginning say, or the zero bytes of UTF-16 without one.</summary>
    private static byte[] ToUtf8(byte[] bytes)
    {
        var plain = bytes switch
        {
            [not 0, 0, ..] => Encoding.Unicode,
            [0, not 0, ..] => Encoding.BigEndianUnicode,
            _ => null,
        };
        if (plain is null && bytes is not ([0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]))
            return bytes is [0xEF, 0xBB, 0xBF, ..] ? bytes[3..] : bytes;
        using var reader = new StreamReader(new MemoryStream(bytes), plain ?? Encoding.UTF8);
        return Encoding.UTF8.GetBytes(reader.ReadToEnd());
    }
}
