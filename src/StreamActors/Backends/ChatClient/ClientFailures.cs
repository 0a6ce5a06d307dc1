using System.Net;
using System.Net.Sockets;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.ChatClient;

/// <summary>
/// What a client's exception means. Its text stays here, since a client may write anything into it. Statuses that the caller can
/// mend keep theirs.
/// </summary>
internal static class ClientFailures
{
    /// <exception cref="BackendException">In place of whatever it throws, other than because it was cancelled.</exception>
    public static T Tell<T>(Func<T> call, CancellationToken cancellation)
    {
        try
        {
            return call();
        }
        catch (Exception failure) when (!IsCancelled(failure, cancellation))
        {
            throw Of(failure);
        }
    }

    /// <inheritdoc cref="Tell"/>
    public static async Task<T> TellAsync<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        try
        {
            return await call();
        }
        catch (Exception failure) when (!IsCancelled(failure, cancellation))
        {
            throw Of(failure);
        }
    }

    private static bool IsCancelled(Exception failure, CancellationToken cancellation) =>
        failure is OperationCanceledException && cancellation.IsCancellationRequested;

    private static BackendException Of(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case BackendException told:
                    return told;
                case HttpRequestException { StatusCode: { } status }:
                    return new BackendException(EndReason.BackendError, $"The client was answered {(int)status}.", Fault(status), failure);
                case HttpRequestException
                {
                    HttpRequestError: HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError
                        or HttpRequestError.SecureConnectionError or HttpRequestError.ProxyTunnelError
                }:
                case SocketException { SocketErrorCode: SocketError.ConnectionRefused or SocketError.HostNotFound or SocketError.HostUnreachable }:
                    return new BackendException(EndReason.BackendUnreachable, "The client could not reach its server.", inner: failure);
                case HttpIOException { HttpRequestError: HttpRequestError.ResponseEnded }:
                    return new BackendException(EndReason.BackendTruncated, "The client's answer stopped before its end.", inner: failure) { Begun = true };
            }
        }

        return new BackendException(EndReason.BackendError, "The client failed.", inner: failure);
    }

    private static BackendFault? Fault(HttpStatusCode status) =>
        status < HttpStatusCode.BadRequest ? null : UpstreamErrors.Fault((int)status, said: null);
}
