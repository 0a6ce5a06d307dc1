using System.Diagnostics;
using System.Net.Http.Json;
using System.Text.Json;

namespace StreamActors.Soak.Upstream;

/// <summary>The instrumented model server as a process of its own: nothing the server under test does can distort its books.</summary>
public sealed class UpstreamProcess : IAsyncDisposable
{
    /// <summary>The one model it serves.</summary>
    public const string Model = "instrumented";

    private const string Listening = "listening ";
    private static readonly TimeSpan StartWithin = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions SnakeCase = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly Process _process;
    private readonly HttpClient _http;

    private UpstreamProcess(Process process, Uri address)
    {
        (_process, Address) = (process, address);
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    /// <summary>What it has used of the processors.</summary>
    public TimeSpan ProcessorTime
    {
        get
        {
            _process.Refresh();
            return _process.TotalProcessorTime;
        }
    }

    /// <summary>Settings that make it a test server's only backend and its model the default one.</summary>
    public (string Key, string Value)[] AsBackend =>
    [
        ("Backends:upstream:Type", "OpenAiCompatible"),
        ("Backends:upstream:Url", Address.ToString()),
        ("Backends:upstream:Models:0", Model),
        ("DefaultModel", Model),
    ];

    /// <summary>Starts it on a free port. It ends with this process's end, too, since its standard input closes then.</summary>
    public static async Task<UpstreamProcess> StartAsync()
    {
        var program = Path.Combine(AppContext.BaseDirectory, "StreamActors.Conformance.dll");
        var start = new ProcessStartInfo(
            Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet",
            ["exec", program, "backend", "--port", "0", "--exit-with-stdin"])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        var process = Process.Start(start)!;
        try
        {
            using var bound = new CancellationTokenSource(StartWithin);
            var line = await process.StandardOutput.ReadLineAsync(bound.Token);
            if (line?.StartsWith(Listening, StringComparison.Ordinal) != true)
                throw new InvalidOperationException($"The model server did not start; it said: {line}");
            return new UpstreamProcess(process, new Uri(line[Listening.Length..]));
        }
        catch
        {
            End(process);
            throw;
        }
    }

    /// <summary>Its books as they stand.</summary>
    /// <param name="events">False: only the counters, which is cheap.</param>
    public async Task<UpstreamRecord> RecordAsync(bool events = true) =>
        (await _http.GetFromJsonAsync<UpstreamRecord>(events ? "_record" : "_record?events=0", SnakeCase))!;

    /// <summary>Its books as they stand; the events are then forgotten there.</summary>
    public async Task<UpstreamRecord> TakeAsync() => (await _http.GetFromJsonAsync<UpstreamRecord>("_record?take=1", SnakeCase))!;

    /// <summary>Opens new books; what lives goes on to count as live.</summary>
    public async Task ResetAsync()
    {
        using var answer = await _http.PostAsync("_reset", content: null);
        answer.EnsureSuccessStatusCode();
    }

    /// <summary>Asks again until it has accepted so many.</summary>
    public async Task HasAcceptedAsync(long count)
    {
        var watch = Stopwatch.StartNew();
        UpstreamRecord record;
        do
            record = await RecordAsync(events: false);
        while (record.Accepted < count && watch.Elapsed < StartWithin);
        if (record.Accepted != count)
            throw new InvalidOperationException($"The model server has accepted {record.Accepted}, not {count}.");
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        End(_process);
        return ValueTask.CompletedTask;
    }

    private static void End(Process process)
    {
        process.Kill();
        process.Dispose();
    }
}
