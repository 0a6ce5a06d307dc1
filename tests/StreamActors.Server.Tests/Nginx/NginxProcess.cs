using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Nginx;

/// <summary>The real nginx as a process of this one, in a folder of its own, on loopback.</summary>
internal sealed class NginxProcess : IAsyncDisposable
{
    /// <summary>Debian keeps servers where only root looks.</summary>
    private const string Program = "/usr/sbin/nginx";

    private readonly string _folder;
    private readonly Process _process;

    private NginxProcess(string folder, Process process) => (_folder, _process) = (folder, process);

    /// <summary>What it has answered, one line each.</summary>
    public IReadOnlyList<string> AccessLog => File.ReadAllLines(Path.Combine(_folder, "access.log"));

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    /// <summary>Starts it as installed by Debian and waits until it listens.</summary>
    /// <param name="ports">On which its sites listen.</param>
    /// <param name="sites">What stands in <c>sites-enabled</c>.</param>
    public static async Task<NginxProcess> StartAsync(IEnumerable<int> ports, params string[] sites)
    {
        if (!File.Exists(Program))
            throw new InvalidOperationException("nginx is not installed: run './run.sh test', or install Debian's package 'nginx'.");
        var folder = Directory.CreateTempSubdirectory("streamactors-nginx-").FullName;
        var file = DebianSettings.Write(folder, sites);
        var process = Process.Start(new ProcessStartInfo(
            Program, ["-p", folder, "-c", file, "-e", Path.Combine(folder, "error.log"), "-g", "daemon off; master_process off;"])
        {
            RedirectStandardError = true,
        })!;
        var said = process.StandardError.ReadToEndAsync();
        var nginx = new NginxProcess(folder, process);
        foreach (var port in ports)
        {
            await Eventually.HoldsAsync(async () =>
            {
                using var probe = new TcpClient();
                await probe.ConnectAsync(IPAddress.Loopback, port);
            });
            if (process.HasExited)
                throw new InvalidOperationException($"nginx does not run: {await said}");
        }

        return nginx;
    }

    public async ValueTask DisposeAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
