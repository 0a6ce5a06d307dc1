using System.Diagnostics;
using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Serilog;
using StreamActors.Backends;
using StreamActors.Backends.ChatClient;
using StreamActors.Operations;
using StreamActors.Server.Http;
using StreamActors.Server.Http.Board;
using StreamActors.Server.Http.Ollama;
using StreamActors.Server.Http.Operators;
using StreamActors.Server.Http.Page;
using StreamActors.Server.Http.Proxies;
using StreamActors.Server.Monitoring;
using StreamActors.Sessions;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>Puts the server together.</summary>
public static class StreamActorsServer
{
    /// <summary>What shutdown may take beyond the drain time.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(4);

    /// <summary>The server, ready to start.</summary>
    /// <param name="settings">Checked settings.</param>
    /// <param name="contentRoot">Folder that holds <c>config</c> and the log folder.</param>
    /// <param name="log">The log.</param>
    /// <param name="services">Adds to the services, or puts own ones in their place: a clock, chat clients, backends of one's own.</param>
    /// <exception cref="SettingsException">A backend of type ChatClient finds no client among the services, or the file of the operator key can be
    /// neither read nor made.</exception>
    public static WebApplication Build(
        Settings settings, string contentRoot, Serilog.ILogger log, Action<IServiceCollection>? services = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = contentRoot });
        builder.Logging.AddSerilog(log);
        builder.UseKestrel(settings);
        builder.Services.AddRouting();
        builder.Services.AddOrigins(settings, log);
        builder.Services.AddSettings(settings);
        builder.Services.AddStreamActors(settings, log);
        builder.Services.AddMonitoring(settings.Telemetry);
        builder.Services.AddHttpFront();
        builder.Services.AddOperators(settings.Operations, contentRoot);
        builder.Services.AddAkka("streamactors", (akka, provider) => akka
            .AddAkkaConfig(contentRoot)
            // The actor system would stop itself at the first signal, under the streams that may still finish.
            .AddHocon("akka.coordinated-shutdown.run-by-clr-shutdown-hook = off", HoconAddMode.Prepend)
            .WithLogging(settings.Logs)
            .WithSessions(provider)
            .WithOperations(provider, provider.GetRequiredService<OpenResponses>().FindSession)
            .WithPbm(settings.Operations));
        builder.Services.AddSingleton<Drain>();
        builder.Services.AddHostedService<DrainService>();
        builder.Services.AddSingleton<IHostLifetime, SignalLifetime>();
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = settings.Server.DrainTimeout + AfterDrain);
        services?.Invoke(builder.Services);
        builder.Services.TryAddSingleton<LogHealth>();
        if (ChatClients.Faults(settings.Backends, builder.Services).ToList() is { Count: > 0 } faults)
            throw new SettingsException(faults);

        var app = builder.Build();
        app.UseErrorResponses();
        app.UseForwardedRequests(settings.Server);
        app.UsePageAtRoot();
        app.UseRouting();
        app.UseCors();
        app.UsePageFiles();
        app.UseGate();
        IndexEndpoint.Map(app);
        HealthEndpoint.Map(app);
        MetricsEndpoint.Map(app);
        ModelsEndpoint.Map(app);
        SessionsEndpoint.Map(app);
        BoardEndpoint.Map(app);
        ChatEndpoint.Map(app);
        EmbeddingsEndpoint.Map(app);
        OllamaEndpoint.Map(app);
        OpenApiEndpoint.Map(app);
        OperatorsEndpoint.Map(app);
        // After the metrics, which count from none only once somebody listens.
        ActivatorUtilities.CreateInstance<RefusedRequests>(app.Services).Listen(app.Services.GetRequiredService<DiagnosticListener>());
        return app;
    }

    private static void AddSettings(this IServiceCollection services, Settings settings) => services
        .AddSingleton(settings.Server)
        .AddSingleton(settings.Auth)
        .AddSingleton(settings.Sessions)
        .AddSingleton(settings.Generations);

    private static void AddStreamActors(this IServiceCollection services, Settings settings, Serilog.ILogger log)
    {
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton(log);
        services.AddSingleton<IStreamLog>(new SerilogStreamLog(log));
        services.AddSingleton<StreamStatistics>();
        services.AddSingleton<IStreamLog>(p => p.GetRequiredService<StreamStatistics>());
        services.AddSingleton<RecentEvents>();
        services.AddSingleton<IStreamLog>(p => p.GetRequiredService<RecentEvents>());
        services.AddSingleton<OpenResponses>();
        services.AddSingleton<TokenPaths>();
        services.AddSingleton<SessionDirectory>();
        services.AddSingleton(new BackendTroubles(log));
        services.AddSingleton(p => BackendRegistry.Create(settings.Backends, p.GetRequiredService<TimeProvider>(), p));
        services.AddSingleton(p => new ModelCatalog(
            p.GetRequiredService<BackendRegistry>(), settings.Backends, settings.DefaultModel, p.GetRequiredService<TimeProvider>(),
            p.GetRequiredService<BackendTroubles>()));
    }

    /// <summary>Which pages may call. A page may see every header: what a client does next hangs on some of them.</summary>
    private static void AddOrigins(this IServiceCollection services, Settings settings, Serilog.ILogger log)
    {
        var allowed = new AllowedOrigins(settings.Server.AllowedOrigins);
        if (settings.Auth.Mode == AuthMode.Optional && string.Join(',', allowed.Open) is { Length: > 0 } open)
        {
            log.Warning(
                "origins_open origins={origins} keys={keys} meaning={meaning}", LogValue.Safe(open), settings.Auth.Mode,
                LogValue.Safe("whatever page a browser on this machine opens can prompt without a key, and read every session of callers without one"));
        }

        services.AddSingleton(allowed);
        services.AddCors(cors => cors.AddDefaultPolicy(policy => policy
            .SetIsOriginAllowed(allowed.Allows).AllowAnyHeader().AllowAnyMethod().WithExposedHeaders(ChatEndpoint.TraceHeader, SessionHeader.Name, "*")));
    }

    private static void AddHttpFront(this IServiceCollection services)
    {
        services.AddSingleton<ServerState>();
        services.AddSingleton(p => new ApiKeys(p.GetRequiredService<AuthOptions>()));
        services.AddSingleton(_ => new KeyLimits());
        services.AddSingleton(p => new BodyBudget(p.GetRequiredService<ServerOptions>()));
        services.AddSingleton<Origins>();
        services.AddSingleton<UnknownUrl>();
        services.AddSingleton<ChatEndpoint>();
        services.AddSingleton<EmbeddingsEndpoint>();
        services.AddSingleton<SingleAnswers>();
        services.AddSingleton<OllamaLoads>();
        services.AddSingleton<OllamaEmbed>();
        services.AddBoard();
    }

    private static void AddOperators(this IServiceCollection services, OperationsOptions options, string contentRoot)
    {
        WritablePlaces.CheckKey(options, contentRoot);
        var file = new OperatorKeyFile(Path.Combine(contentRoot, options.KeyFile));
        services.AddSingleton(new OperatorGate(options.Sha256, file));
        services.AddSingleton<IDrainSwitch>(p => p.GetRequiredService<ServerState>());
    }

    private static AkkaConfigurationBuilder AddAkkaConfig(this AkkaConfigurationBuilder akka, string contentRoot)
    {
        var file = Path.Combine(contentRoot, "config", "akka.conf");
        return File.Exists(file) ? akka.AddHocon(File.ReadAllText(file), HoconAddMode.Prepend) : akka;
    }
}
