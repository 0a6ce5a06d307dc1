namespace StreamActors.Ops;

/// <summary>How a person in a folder calls the programs.</summary>
/// <param name="Tool">This one.</param>
/// <param name="Server">The server.</param>
internal sealed record Invocation(string Tool, string Server)
{
    private static readonly Invocation Project = new("./run.sh", "./run.sh");
    private static readonly Invocation Published = new("dotnet StreamActors.Ops.dll", "dotnet StreamActors.Server.dll");

    /// <summary>In the project's folder by its script, in one that holds what was published by the files there.</summary>
    public static Invocation In(string folder) => File.Exists(Path.Combine(folder, "run.sh")) ? Project : Published;
}
