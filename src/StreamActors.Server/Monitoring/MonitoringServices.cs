using System.Diagnostics.Metrics;
using System.Reflection;
using OpenTelemetry;
using OpenTelemetry.Exporter;
using OpenTelemetry.Metrics;
using OpenTelemetry.Resources;
using OpenTelemetry.Trace;
using StreamActors.Telemetry;

namespace StreamActors.Server.Monitoring;

/// <summary>Wiring of metrics and traces: who records, and where it goes.</summary>
internal static class MonitoringServices
{
    private const string ServiceName = "streamactors";
    private const string Runtime = "System.Runtime";

    /// <summary>A collector that takes nothing holds up no stop.</summary>
    private const int ExportWithinMilliseconds = 2000;

    public static IServiceCollection AddMonitoring(this IServiceCollection services, TelemetryOptions options)
    {
        services.AddMetrics();
        services.AddSingleton<StreamMetrics>();
        services.AddSingleton<RequestMetrics>();
        services.AddSingleton<LiveMetrics>();
        services.AddSingleton<StreamTraces>();
        services.AddSingleton<IStreamLog>(p => p.GetRequiredService<StreamMetrics>());
        services.AddSingleton<IStreamLog>(p => p.GetRequiredService<StreamTraces>());
        var telemetry = services.AddOpenTelemetry()
            .ConfigureResource(resource => resource.AddService(
                ServiceName, serviceVersion: typeof(MonitoringServices).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion))
            .WithMetrics(metrics => metrics.AddOwn().AddPrometheusExporter(prometheus => prometheus.ScopeInfoEnabled = false));
        if (options.OtlpEndpoint is not null)
            telemetry.AddOtlp(options);
        return services;
    }

    private static MeterProviderBuilder AddOwn(this MeterProviderBuilder metrics)
    {
        metrics.AddMeter(StreamMetrics.MeterName, Runtime);
        // Meters are found by name in the whole process: of two servers in it, each shows its own.
        return ((IDeferredMeterProviderBuilder)metrics).Configure((provider, builder) =>
        {
            var own = provider.GetRequiredService<IMeterFactory>();
            builder.AddView(instrument => instrument.Meter.Name == StreamMetrics.MeterName && instrument.Meter.Scope != own
                ? MetricStreamConfiguration.Drop
                : null);
        });
    }

    private static void AddOtlp(this OpenTelemetryBuilder telemetry, TelemetryOptions options) => telemetry
        .WithMetrics(metrics => metrics.AddOtlpExporter((exporter, reader) =>
        {
            Set(exporter, options, "v1/metrics");
            reader.PeriodicExportingMetricReaderOptions.ExportIntervalMilliseconds = (int)options.MetricsInterval.TotalMilliseconds;
            reader.PeriodicExportingMetricReaderOptions.ExportTimeoutMilliseconds = ExportWithinMilliseconds;
        }))
        .WithTracing(traces => traces
            .AddSource(StreamTraces.SourceName)
            .SetSampler(new ParentBasedSampler(new TraceIdRatioBasedSampler(options.TraceShare)))
            .AddOtlpExporter(exporter => Set(exporter, options, "v1/traces")));

    private static void Set(OtlpExporterOptions exporter, TelemetryOptions options, string path)
    {
        exporter.Protocol = options.OtlpProtocol;
        exporter.Endpoint = options.OtlpProtocol == OtlpExportProtocol.Grpc
            ? options.OtlpEndpoint!
            : new Uri($"{options.OtlpEndpoint!.ToString().TrimEnd('/')}/{path}");
        exporter.TimeoutMilliseconds = ExportWithinMilliseconds;
        exporter.Headers = options.OtlpHeaders;
    }
}
