using Serilog.Core;
using Serilog.Events;

namespace StreamActors.Server.Hosting;

/// <summary>Leaves the query strings of addresses out of the log, at any level: some clients put their key there.</summary>
internal sealed class WithoutQueries : ILogEventEnricher
{
    private const string Name = "QueryString";

    private static readonly LogEventProperty LeftOut = new(Name, new ScalarValue("?..."));

    public void Enrich(LogEvent logEvent, ILogEventPropertyFactory propertyFactory)
    {
        if (logEvent.Properties.TryGetValue(Name, out var query) && query is ScalarValue { Value: string { Length: > 0 } })
            logEvent.AddOrUpdateProperty(LeftOut);
    }
}
