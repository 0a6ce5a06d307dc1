namespace StreamActors.Conformance.Backend;

/// <summary>One completely received HTTP request.</summary>
internal sealed record HttpRequest(string Method, string Path, string Query, bool KeepAlive, string Trace, byte[] Body);

/// <summary>A request that is answered with an error status because it is malformed.</summary>
internal sealed class BadRequestException(int status, string message) : Exception(message)
{
    public int Status { get; } = status;
}
