using System.Diagnostics.Metrics;
using System.Globalization;

namespace StreamActors.Telemetry;

/// <summary>Requests that never became a stream.</summary>
public sealed class RequestMetrics(IMeterFactory meters)
{
    private readonly Counter<long> _rejected = meters.Create(StreamMetrics.MeterName).CreateCounter<long>(
        "streamactors.requests.rejected", "{request}", "Requests answered with an error before they became a prompt.");

    /// <summary>One was answered with an error.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The error's code, one of this server's own.</param>
    public void Rejected(int status, string code) => _rejected.Add(
        1, new("status", status.ToString(CultureInfo.InvariantCulture)), new KeyValuePair<string, object?>("code", code));
}
