using System.Diagnostics;

namespace StreamActors.Benchmarks.Gateways;

/// <summary>A process that this run started, and ends: by its number, never by its name.</summary>
internal sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan StopWithin = TimeSpan.FromSeconds(8);

    private readonly Process _process;
    private readonly string _output;

    private ChildProcess(Process process, string output) => (_process, _output) = (process, output);

    public int Id => _process.Id;

    /// <summary>Starts it with its output in a file, which costs this process nothing.</summary>
    /// <param name="name">Names the file.</param>
    /// <param name="folder">Holds the file, and is where the process runs unless <paramref name="home"/> says otherwise.</param>
    /// <param name="command">Program and arguments.</param>
    /// <param name="environment">Variables to set, or to leave out where null.</param>
    /// <param name="home">Where it runs.</param>
    public static ChildProcess Start(
        string name, string folder, IEnumerable<string> command, IEnumerable<(string Name, string? Value)>? environment = null, string? home = null)
    {
        var output = Path.Combine(folder, $"{name}.out");
        // The shell becomes the program: the number stays the same.
        var start = new ProcessStartInfo("sh", ["-c", "exec \"$@\" >\"$0\" 2>&1 </dev/null", output, .. command]) { WorkingDirectory = home ?? folder };
        foreach (var (variable, value) in environment ?? [])
            start.Environment[variable] = value;
        return new ChildProcess(Process.Start(start)!, output);
    }

    /// <summary>Waits until something is so.</summary>
    /// <exception cref="InvalidOperationException">It has ended, or it took too long; what it said is in the message.</exception>
    public async Task<T> UntilAsync<T>(Func<Task<T?>> ready, TimeSpan within, CancellationToken cancellation)
        where T : class
    {
        var watch = Stopwatch.StartNew();
        while (!_process.HasExited && watch.Elapsed < within)
        {
            if (await ready() is { } found)
                return found;
            await Task.Delay(20, cancellation);
        }

        var said = File.Exists(_output) ? await File.ReadAllTextAsync(_output, cancellation) : "";
        throw new InvalidOperationException($"{Path.GetFileNameWithoutExtension(_output)} {(_process.HasExited ? "has ended" : "is not ready")}. It said: {said}");
    }

    /// <summary>What it said so far.</summary>
    public string Said() => File.Exists(_output) ? File.ReadAllText(_output) : "";

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            using var kill = Process.Start("kill", ["-TERM", $"{Id}"]);
            await kill.WaitForExitAsync();
            using var bound = new CancellationTokenSource(StopWithin);
            await _process.WaitForExitAsync(bound.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        if (!_process.HasExited)
            _process.Kill();
        _process.Dispose();
    }
}
