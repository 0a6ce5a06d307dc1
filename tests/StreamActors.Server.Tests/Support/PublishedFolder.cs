using System.Diagnostics;

namespace StreamActors.Server.Tests.Support;

/// <summary>What <c>dotnet publish src/StreamActors.Server</c> makes, with the project's <c>config</c> beside it, as the systemd unit says.</summary>
public sealed class PublishedFolder : IAsyncLifetime
{
    /// <summary>The collection of the tests that use it.</summary>
    public const string Name = "what is published";

    private static readonly TimeSpan Within = TimeSpan.FromMinutes(4);

    public string Folder { get; } = Directory.CreateTempSubdirectory("streamactors-published-").FullName;

    /// <summary>Of the same build as this test.</summary>
    public async Task InitializeAsync()
    {
        var configuration = Directory.GetParent(AppContext.BaseDirectory)!.Parent!.Name;
        var (code, output) = await RunAsync(
            "dotnet", "publish", Path.Combine(Repository.Root, "src", "StreamActors.Server"), "-c", configuration, "--no-build", "-o", Folder, "--nologo", "-v", "quiet");
        Assert.True(code == 0, output);
        // A temporary folder is its maker's alone; another user is to run what is in it.
        await RunAsync("chmod", "o+rx", Folder);
        Directory.CreateDirectory(Path.Combine(Folder, "config"));
        foreach (var file in Directory.GetFiles(Path.Combine(Repository.Root, "config")))
            File.Copy(file, Path.Combine(Folder, "config", Path.GetFileName(file)));
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        return Task.CompletedTask;
    }

    /// <summary>Runs a program to its end.</summary>
    /// <returns>Its exit code, and all that it wrote.</returns>
    internal static async Task<(int Code, string Output)> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true })!;
        process.StandardInput.Close();
        var (output, errors) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        using var bound = new CancellationTokenSource(Within);
        try
        {
            await process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} took more than {Within}.");
        }

        return (process.ExitCode, await output + await errors);
    }
}

/// <summary>They share one folder.</summary>
[CollectionDefinition(PublishedFolder.Name)]
public sealed class PublishedFolderCollection : ICollectionFixture<PublishedFolder>;
