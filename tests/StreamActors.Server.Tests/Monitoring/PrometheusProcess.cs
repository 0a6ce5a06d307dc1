using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>A real Prometheus on a free port with the project's own scrape configuration and alerts, only faster and aimed at a test's server.</summary>
internal sealed partial class PrometheusProcess : IAsyncDisposable
{
    private const string ShippedTarget = "127.0.0.1:8000";
    private const string Interval = "500ms";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(60);

    private readonly Process _process;
    private readonly DirectoryInfo _folder;
    private readonly HttpClient _http;

    private PrometheusProcess(Process process, DirectoryInfo folder, Uri address)
    {
        (_process, _folder) = (process, folder);
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public static string Config => Path.Combine(Repository.Root, "config");

    /// <exception cref="System.ComponentModel.Win32Exception">There is no Prometheus here; Debian's package 'prometheus' has it.</exception>
    public static async Task<PrometheusProcess> StartAsync(Uri server)
    {
        var folder = Directory.CreateTempSubdirectory("streamactors-prometheus-");
        File.Copy(Path.Combine(Config, "prometheus-alerts.yml"), Path.Combine(folder.FullName, "prometheus-alerts.yml"));
        var shipped = await File.ReadAllTextAsync(Path.Combine(Config, "prometheus.yml"));
        Assert.Contains(ShippedTarget, shipped);
        var config = Path.Combine(folder.FullName, "prometheus.yml");
        await File.WriteAllTextAsync(config, Intervals().Replace(shipped.Replace(ShippedTarget, server.Authority), $"$1: {Interval}"));
        var process = Process.Start(new ProcessStartInfo(
            "prometheus",
            [$"--config.file={config}", $"--storage.tsdb.path={Path.Combine(folder.FullName, "data")}", "--web.listen-address=127.0.0.1:0"])
        {
            RedirectStandardError = true,
        })!;
        try
        {
            return new PrometheusProcess(process, folder, await AddressAsync(process));
        }
        catch
        {
            End(process, folder);
            throw;
        }
    }

    /// <summary>Runs <c>promtool</c>; its exit code and all that it said.</summary>
    public static async Task<(int Code, string Said)> ToolAsync(params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo("promtool", arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = await Task.WhenAll(process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return (process.ExitCode, string.Concat(said));
    }

    /// <summary>Asks a query as of now.</summary>
    /// <returns>The value of each series it gives.</returns>
    public async Task<IReadOnlyList<double>> QueryAsync(string query)
    {
        using var answer = await _http.GetAsync($"/api/v1/query?query={Uri.EscapeDataString(query)}");
        var json = JsonElement.Parse(await answer.Content.ReadAsByteArrayAsync());
        Assert.True(json.GetProperty("status").GetString() == "success", $"{query}\n{json}");
        return
        [
            .. json.GetProperty("data").GetProperty("result").EnumerateArray()
                .Select(r => double.Parse(r.GetProperty("value")[1].GetString()!.Replace("Inf", "Infinity"), CultureInfo.InvariantCulture)),
        ];
    }

    /// <summary>The alerts that are raised or about to be.</summary>
    public async Task<IReadOnlyList<string>> AlertsAsync()
    {
        var json = JsonElement.Parse(await _http.GetByteArrayAsync("/api/v1/alerts"));
        return [.. json.GetProperty("data").GetProperty("alerts").EnumerateArray().Select(a => a.GetProperty("labels").GetProperty("alertname").GetString()!)];
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        End(_process, _folder);
        return ValueTask.CompletedTask;
    }

    /// <summary>It says where it listens; what it says later is read on, or it would wait for a reader.</summary>
    private static async Task<Uri> AddressAsync(Process process)
    {
        using var bound = new CancellationTokenSource(StartWithin);
        var said = new List<string>();
        Uri? address = null;
        while (await process.StandardError.ReadLineAsync(bound.Token) is { } line)
        {
            said.Add(line);
            if (Listening().Match(line) is { Success: true } found)
                address = new Uri($"http://{found.Groups[1].Value}");
            if (address is null || !line.Contains("ready to receive web requests", StringComparison.Ordinal))
                continue;
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return address;
        }

        throw new InvalidOperationException($"Prometheus did not start; it said:\n{string.Join('\n', said)}");
    }

    private static void End(Process process, DirectoryInfo folder)
    {
        process.Kill();
        process.WaitForExit();
        process.Dispose();
        folder.Delete(recursive: true);
    }

    [GeneratedRegex("(scrape_interval|evaluation_interval): .*")]
    private static partial Regex Intervals();

    [GeneratedRegex("""msg="Listening on" address=([0-9.:]+)""")]
    private static partial Regex Listening();
}
