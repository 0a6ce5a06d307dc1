namespace StreamActors.Benchmarks.Gateways;

/// <summary>Where this program and the project's others are.</summary>
internal static class Own
{
    private const string Server = "StreamActors.Server";

    /// <summary>What runs a program of .NET.</summary>
    public static string DotNet => Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";

    /// <summary>The project's folder.</summary>
    public static string Root { get; } = FindRoot();

    /// <summary>The server as built for everybody, with its own runtime settings.</summary>
    public static string ServerProgram =>
        Path.Combine(Root, "src", Server, "bin", "Release", new DirectoryInfo(AppContext.BaseDirectory).Name, $"{Server}.dll");

    /// <summary>The command that runs this program again.</summary>
    public static string[] Command(params string[] args) => [DotNet, "exec", typeof(Own).Assembly.Location, .. args];

    private static string FindRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "StreamActors.sln")))
            folder = folder.Parent;
        return folder?.FullName ?? throw new InvalidOperationException("This program is not in the project's folder.");
    }
}
