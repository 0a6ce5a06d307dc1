using System.Diagnostics.Metrics;
using System.Globalization;

namespace StreamActors.Telemetry;

/// <summary>Requests that never became a stream.</summary>
public sealed class RequestMetrics
{
    /// <summary>The code of a request that failed by a fault of this server.</summary>
    public const string ServerFault = "internal_error";

    private const int ServerFaultStatus = 500;

    private readonly Counter<long> _rejected;

    /// <param name="meters">Makes the meter.</param>
    public RequestMetrics(IMeterFactory meters)
    {
        _rejected = meters.Create(StreamMetrics.MeterName).CreateCounter<long>(
            "streamactors.requests.rejected", "{request}", "Requests answered with an error before they became a prompt.");
        // There from the start: the increase of a series that begins with the first fault is nothing, and nobody would be woken.
        Count(0, ServerFaultStatus, ServerFault);
    }

    /// <summary>One was answered with an error.</summary>
    /// <param name="status">The HTTP status.</param>
    /// <param name="code">The error's code, one of this server's own.</param>
    public void Rejected(int status, string code) => Count(1, status, code);

    private void Count(long requests, int status, string code) => _rejected.Add(
        requests, new("status", status.ToString(CultureInfo.InvariantCulture)), new KeyValuePair<string, object?>("code", code));
}
