using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace StreamActors.Server.Http.Operators;

/// <summary>
/// The operator key in a file that only its owner can read. Made atomically, and one that is there is kept, so that all servers of a
/// folder and the tools beside them have the same.
/// </summary>
/// <param name="path">The file.</param>
internal sealed partial class OperatorKeyFile(string path)
{
    private const string Mark = "op-";
    private const int RandomBytes = 32;
    private const int MostBytes = 1024;
    private static readonly TimeSpan TurnWithin = TimeSpan.FromSeconds(5);

    /// <summary>What the systems say of a file that another process has: Linux, macOS, Windows.</summary>
    private static readonly int[] Held = [11, 35, unchecked((int)0x80070020)];

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Makes a key where the file is missing or holds no secret key. A file with anything else in it is left alone.</summary>
    /// <exception cref="IOException">The file can be neither read nor made, or holds something else.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public void Ensure()
    {
        if (IsMade())
            return;
        if (Text() is { } text && !text.StartsWith(Mark, StringComparison.Ordinal))
            throw new IOException($"{path} exists and is not an operator key");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var turn = TakeTurn();
        if (IsMade())
            return;
        var made = $"{path}.{Guid.NewGuid():n}";
        try
        {
            Write(made);
            File.Move(made, path, overwrite: true);
        }
        finally
        {
            File.Delete(made);
        }
    }

    /// <summary>The key as it stands there now, or null.</summary>
    public string? Read() => Text() is { } text && Key().IsMatch(text) ? text : null;

    /// <summary>What the file holds, so far as a key is long; null: it is not there.</summary>
    private string? Text()
    {
        try
        {
            using var file = new StreamReader(path);
            var buffer = new char[MostBytes];
            return new string(buffer, 0, file.ReadBlock(buffer)).Trim();
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    /// <summary>
    /// One server of a folder after the other. The framework moves a file onto none by looking first, so two could both find none. Whoever gets
    /// hold of a turn whose file is being deleted finds the key made.
    /// </summary>
    private FileStream TakeTurn()
    {
        FileStream? turn = null;
        return SpinWait.SpinUntil(() => (turn = TryTakeTurn()) is not null, TurnWithin)
            ? turn!
            : throw new IOException($"The operator key in {path} cannot be made: {Turn} is held by another process.");
    }

    private FileStream? TryTakeTurn()
    {
        try
        {
            return new FileStream(Turn, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, bufferSize: 1, FileOptions.DeleteOnClose);
        }
        catch (IOException failure) when (Held.Contains(failure.HResult))
        {
            // Somebody else has it. Whatever else there is would not pass by being waited for: a read-only disk, a full one.
            return null;
        }
    }

    private string Turn => $"{path}.turn";

    private bool IsMade() => IsSecret() && Read() is not null;

    private bool IsSecret() =>
        File.Exists(path) && (OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & Others) == 0);

    private static void Write(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(path, options);
        using (var text = new StreamWriter(file, leaveOpen: true))
            text.Write($"{Mark}{Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(RandomBytes))}\n");
        file.Flush(flushToDisk: true);
    }

    [GeneratedRegex("^op-[0-9a-f]{64}$", RegexOptions.CultureInvariant)]
    private static partial Regex Key();
}
