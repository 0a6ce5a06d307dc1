namespace StreamActors.Soak;

/// <summary>Command line of the soak.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        await Console.Error.WriteLineAsync($"there is no command '{string.Join(' ', args)}'");
        return 2;
    }
}
