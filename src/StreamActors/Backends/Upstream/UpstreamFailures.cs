using System.Net;
using StreamActors.Protocol;

namespace StreamActors.Backends.Upstream;

/// <summary>What it means for the stream and the operator that a request got no answer, or one that is not the model server's.</summary>
/// <param name="causes">Say it to the operator.</param>
internal sealed class UpstreamFailures(UpstreamCauses causes)
{
    /// <summary>No answer to a request.</summary>
    /// <param name="failure">As HTTP has it.</param>
    /// <param name="byProxy">It went, or would have gone, through a proxy.</param>
    public BackendException Of(HttpRequestException failure, bool byProxy)
    {
        if (NoHandle(failure) is { } full)
            return full;
        var reason = failure.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
            or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError || UpstreamCauses.Find<ConnectFailedException>(failure) is not null
            ? EndReason.BackendUnreachable
            : EndReason.BackendError;
        return new BackendException(reason, "The backend did not answer.", inner: failure) { Cause = causes.Of(failure, byProxy) };
    }

    /// <summary>The connection was not made in time, with all that belongs to it.</summary>
    public BackendException TooSlow(OperationCanceledException failure, bool byProxy) =>
        NoHandle(failure) ?? new BackendException(EndReason.BackendUnreachable, "The connection took too long.", inner: failure)
        {
            Cause = UpstreamCauses.Find<ConnectFailedException>(failure) is { } connect
                ? causes.OfConnect(connect, causes.Place(byProxy))
                : $"No connection to {causes.Place(byProxy)} was ready within {causes.Timeout()}.",
        };

    private BackendException? NoHandle(Exception failure) => UpstreamCauses.Find<NoHandleException>(failure) is { } full
        ? new BackendException(EndReason.BackendBusy, full.Message, inner: failure) { Cause = causes.OfHandles(full.Most) }
        : null;

    /// <summary>The answer is a proxy's own.</summary>
    public BackendException OfProxy(HttpStatusCode status) => new(EndReason.BackendUnreachable, $"The proxy answered {(int)status}.")
    {
        Cause = $"The proxy that the environment names answers {(int)status} in place of {causes.Url}: {UpstreamCauses.Advice(status)}",
    };

    /// <summary>The answer says that something else has to be asked.</summary>
    /// <param name="status">As it was given.</param>
    /// <param name="place">Where to, without query and user; null: it does not say.</param>
    public BackendException Redirected(HttpStatusCode status, string? place) => new(
        EndReason.BackendError, $"The backend answered {(int)status}.",
        new BackendFault((int)HttpStatusCode.BadGateway, "The model server's address redirects to another one. The operator of this server has to change the setting.")
        {
            MayRetry = false,
        })
    {
        Status = (int)status,
        Cause = place is null
            ? $"The address {causes.Url} answers with a redirect ({(int)status}) that names no place to go to."
            : $"The address {causes.Url} answers with a redirect to {place}: put that into the setting.",
    };

    /// <summary>The answer is encoded in a way that was not asked for and is not known here.</summary>
    public BackendException Encoded(string encoding) => new(EndReason.BackendError, "The backend's answer is encoded in an unknown way.")
    {
        Cause = $"The server at {causes.Url} encodes its answers ({encoding}) though it was asked not to: switch its compression off.",
    };
}
