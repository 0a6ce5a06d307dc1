namespace StreamActors.PetabridgeCmd;

/// <summary>Columns aligned with spaces.</summary>
internal static class PlainTable
{
    public static IEnumerable<string> Of(string[] header, IEnumerable<string[]> rows)
    {
        string[][] all = [header, .. rows];
        var widths = header.Select((_, column) => all.Max(row => row[column].Length)).ToArray();
        return all.Select(row => string.Join("  ", row.Select((cell, column) => cell.PadRight(widths[column]))).TrimEnd());
    }

    public static IEnumerable<string> Of((string Name, string Value)[] pairs)
    {
        var width = pairs.Max(pair => pair.Name.Length);
        return pairs.Select(pair => $"{pair.Name.PadRight(width)}  {pair.Value}");
    }
}
