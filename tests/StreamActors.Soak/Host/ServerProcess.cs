using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using StreamActors.Soak.Report;
using StreamActors.Soak.Upstream;

namespace StreamActors.Soak.Host;

/// <summary>The server under test as a process of its own, started by this program with the verb <c>host</c>.</summary>
public sealed class ServerProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(30);

    private readonly Process _process;
    private readonly HttpClient _http;
    private readonly Task _console;

    private ServerProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
        // Its console must be read, or its lines would have to be left out.
        _console = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    public Uri Address { get; }

    /// <summary>The process's number.</summary>
    public int Id => _process.Id;

    /// <summary>Starts it.</summary>
    /// <param name="settings">As the server takes them.</param>
    /// <param name="handles">How many it may have open, or null for as many as this process.</param>
    public static async Task<ServerProcess> StartAsync(IEnumerable<string> settings, int? handles = null)
    {
        string[] command =
        [
            .. handles is { } most ? ["prlimit", $"--nofile={most}:{most}"] : Array.Empty<string>(),
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", typeof(ServerProcess).Assembly.Location, "host",
            .. settings,
        ];
        var process = Process.Start(new ProcessStartInfo(command[0], command.Skip(1))
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        })!;
        using var bound = new CancellationTokenSource(StartWithin);
        while (await process.StandardOutput.ReadLineAsync(bound.Token) is { } line)
        {
            if (line.StartsWith(SoakHost.Listening, StringComparison.Ordinal))
                return new ServerProcess(process, new Uri(line[SoakHost.Listening.Length..]));
        }

        throw new InvalidOperationException("The server did not start.");
    }

    /// <summary>What it holds now.</summary>
    /// <param name="collect">Also what only it knows, after a full collection.</param>
    public async Task<Sample> SampleAsync(bool collect)
    {
        var figures = collect ? await _http.GetFromJsonAsync<HostFigures>(HostFigures.Path) : null;
        var folder = $"/proc/{_process.Id}";
        var status = await File.ReadAllLinesAsync($"{folder}/status");
        return new Sample(
            Clock.Microseconds, Field(status, "VmRSS:"), (int)Field(status, "Threads:"),
            Directory.EnumerateFileSystemEntries($"{folder}/fd").Count(), figures);
    }

    /// <summary>Lets it stop as it would on SIGTERM.</summary>
    /// <returns>Its exit code, or null if it did not end in time.</returns>
    public Task<int?> StopAsync(TimeSpan within)
    {
        _process.StandardInput.Close();
        return ExitCodeAsync(within);
    }

    /// <summary>Sends it a signal, by its name without <c>SIG</c>.</summary>
    public async Task SignalAsync(string signal)
    {
        using var kill = Process.Start("kill", [$"-{signal}", $"{Id}"]);
        await kill.WaitForExitAsync();
    }

    /// <summary>Waits for its end.</summary>
    /// <returns>Its exit code, or null if it did not end in time.</returns>
    public async Task<int?> ExitCodeAsync(TimeSpan within)
    {
        using var bound = new CancellationTokenSource(within);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
            return _process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        if (!_process.HasExited)
            _process.Kill();
        await _console.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _process.Dispose();
    }

    private static long Field(string[] status, string name) => long.Parse(
        status.Single(line => line.StartsWith(name, StringComparison.Ordinal))[name.Length..].Replace("kB", "").Trim(), CultureInfo.InvariantCulture);
}
