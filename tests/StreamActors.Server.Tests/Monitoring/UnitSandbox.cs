using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>
/// Runs what was published as the systemd unit does: in a mount namespace of its own in which nothing can be written but the unit's folders, by a user
/// that is no other, without rights or environment.
/// </summary>
internal sealed partial class UnitSandbox : IAsyncDisposable
{

    /// <summary>Who the server runs as, seen from the sandbox. Without root's rights there is a sandbox too, but no second user in it.</summary>
    public static readonly string User = Environment.IsPrivilegedProcess ? "65533" : "0";

    private static readonly TimeSpan Within = TimeSpan.FromSeconds(60);

    /// <summary>Published folder, user, size of the log's disk, the unit's folders up to <c>--</c>, the command.</summary>
    private const string Script = """
        set -eu
        published=$1 user=$2 size=$3 folders=()
        shift 3
        while [ "$1" != -- ]; do folders+=("$1"); shift; done
        shift
        mount --make-rprivate /
        mount -t tmpfs tmpfs /opt
        mkdir /opt/streamactors
        mount --bind "$published" /opt/streamactors
        disks=(/opt/streamactors)
        for folder in "${folders[@]}"; do
          disk=$(dirname "$folder")
          mount -t tmpfs -o "size=$size" tmpfs "$disk"
          mkdir "$folder"
          chown "$user:$user" "$folder"
          mount --bind "$folder" "$folder"
          disks+=("$disk")
        done
        mount -t tmpfs tmpfs /tmp
        for disk in "${disks[@]}" /; do mount -o remount,bind,ro "$disk"; done
        cd /opt/streamactors
        other=()
        [ "$user" = 0 ] || other=(--reuid "$user" --regid "$user" --clear-groups)
        exec setpriv "${other[@]}" --no-new-privs --bounding-set -all --inh-caps -all env -i "$@"
        """;

    private readonly Process _process;
    private readonly StringBuilder _output = new();
    private readonly TaskCompletionSource<Uri?> _address = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private UnitSandbox(Process process)
    {
        _process = process;
        process.OutputDataReceived += (_, line) => Take(line.Data);
        process.ErrorDataReceived += (_, line) => Take(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    /// <summary>Where it listens; once it does.</summary>
    public Uri Address { get; private set; } = null!;

    public string Output
    {
        get
        {
            lock (_output)
                return _output.ToString();
        }
    }

    /// <summary>Starts it and waits until it listens or has ended.</summary>
    /// <param name="published">What is run.</param>
    /// <param name="environment">The unit's, or another.</param>
    /// <param name="diskBytes">How much the log's folder holds.</param>
    public static async Task<UnitSandbox> StartAsync(string published, IEnumerable<string> environment, int diskBytes = 16 * 1024 * 1024)
    {
        string[] command = UnitFile.All["ExecStart"].Single().Split(' ');
        Assert.Equal("/usr/bin/dotnet", command[0]);
        string[] arguments =
        [
            .. Environment.IsPrivilegedProcess ? Array.Empty<string>() : ["--user", "--map-root-user"],
            "--mount", "bash", "-c", Script, "bash", published, User, $"{diskBytes}", .. UnitFile.Writable, "--",
            $"PATH={Environment.GetEnvironmentVariable("PATH")}", $"DOTNET_ROOT={Environment.GetEnvironmentVariable("DOTNET_ROOT")}", "HOME=/",
            "STREAMACTORS_Server__Urls=http://127.0.0.1:0", .. environment, "dotnet", .. command[1..],
        ];
        var sandbox = new UnitSandbox(Process.Start(new ProcessStartInfo("unshare", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!);
        try
        {
            if (await Task.WhenAny(sandbox._address.Task, sandbox._process.WaitForExitAsync()).WaitAsync(Within) == sandbox._address.Task)
                sandbox.Address = (await sandbox._address.Task)!;
            return sandbox;
        }
        catch
        {
            await sandbox.DisposeAsync();
            throw;
        }
    }

    /// <summary>A path of the sandbox as it is seen from here.</summary>
    public string this[string path] => $"/proc/{_process.Id}/root{path}";

    /// <summary>Runs a command in it, as the machine's administrator.</summary>
    public Task<(int Code, string Output)> RunAsync(string command) =>
        PublishedFolder.RunAsync(
            "nsenter",
            ["--target", $"{_process.Id}", .. Environment.IsPrivilegedProcess ? Array.Empty<string>() : ["--user", "--preserve-credentials"],
            "--mount", "bash", "-c", $"cd /opt/streamactors && {command}"]);

    /// <summary>Waits until it has ended.</summary>
    /// <param name="signal">Sent before, if any.</param>
    /// <returns>Its exit code.</returns>
    public async Task<int> EndedAsync(string? signal = null)
    {
        if (signal is not null)
            await PublishedFolder.RunAsync("kill", $"-{signal}", $"{_process.Id}");
        await _process.WaitForExitAsync().WaitAsync(Within);
        return _process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
            _process.Kill(entireProcessTree: true);
        await _process.WaitForExitAsync().WaitAsync(Within);
        _process.Dispose();
    }

    private void Take(string? line)
    {
        lock (_output)
            _output.AppendLine(line);
        if (line is not null && Listens().Match(line) is { Success: true } found)
            _address.TrySetResult(new Uri(found.Groups[1].Value));
    }

    [GeneratedRegex(@"StreamActors listens on (http://127\.0\.0\.1:\d+)")]
    private static partial Regex Listens();
}
