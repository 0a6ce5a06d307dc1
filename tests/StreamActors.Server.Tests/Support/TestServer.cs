using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using Serilog;
using StreamActors.Server.Hosting;
using StreamActors.Server.Http;
using StreamActors.Sessions;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Server.Tests.Support;

/// <summary>The real server on a free loopback port, with its own log in memory.</summary>
public sealed class TestServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private TestServer(WebApplication app, string folder, LogLines log)
    {
        (_app, Folder, Log) = (app, folder, log);
        Address = new Uri(app.Urls.First());
        Http = new HttpClient(TestCertificate.Trusting()) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
    }

    public Uri Address { get; }

    /// <summary>Its content root, which holds its operator key.</summary>
    public string Folder { get; }

    /// <summary>What its tools read.</summary>
    public string OperatorKey => File.ReadAllText(Path.Combine(Folder, "logs", "operator.key")).Trim();

    public HttpClient Http { get; }

    public LogLines Log { get; }

    public OpenResponses Responses => Services.GetRequiredService<OpenResponses>();

    public SessionDirectory Sessions => Services.GetRequiredService<SessionDirectory>();

    public IServiceProvider Services => _app.Services;

    /// <param name="settings">As in the configuration, for example <c>("Server:Heartbeat", "00:00:00.050")</c>. Without any
    /// backend the demo serves, fast.</param>
    public static Task<TestServer> StartAsync(params (string Key, string Value)[] settings) => StartAsync(_ => { }, settings);

    /// <param name="services">Puts own services in place of the server's, for example a clock that the test moves.</param>
    /// <param name="settings">As above.</param>
    public static async Task<TestServer> StartAsync(Action<IServiceCollection> services, params (string Key, string Value)[] settings)
    {
        var values = settings.AsEnumerable();
        if (!settings.Any(s => s.Key == "Server:Urls"))
            values = values.Append(("Server:Urls", "http://127.0.0.1:0"));
        if (!settings.Any(s => s.Key.StartsWith("Backends:", StringComparison.Ordinal)))
        {
            values = values.Concat(
                [("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "500")]);
        }

        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Item1, (string?)v.Item2)))
            .Build();
        var folder = Directory.CreateTempSubdirectory("streamactors-").FullName;
        var log = new LogLines();
        var levels = new LogLevels(Serilog.Events.LogEventLevel.Information);
        var logger = new LoggerConfiguration().MinimumLevel.ControlledBy(levels.Own).MinimumLevel.Override("Microsoft", levels.Frameworks)
            .Filter.ByExcluding(e => e.Exception is CutResponseException)
            .WriteTo.Sink(log).CreateLogger();
        var health = new LogHealth();
        health.Add("memory", () => 0);
        var app = StreamActorsServer.Build(SettingsReader.Read(configuration), folder, logger, all =>
        {
            all.AddSingleton(levels).AddSingleton(health);
            services(all);
        });
        await app.StartAsync();
        return new TestServer(app, folder, log);
    }

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        var stopping = _app.StopAsync();
        // The waits of a stop would never end on a clock that stands still.
        while (Services.GetRequiredService<TimeProvider>() is FakeTimeProvider time && !stopping.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            await Task.WhenAny(stopping, Task.Delay(5));
        }

        await stopping;
        await _app.DisposeAsync();
        Directory.Delete(Folder, recursive: true);
    }
}
