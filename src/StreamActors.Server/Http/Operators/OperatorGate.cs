namespace StreamActors.Server.Http.Operators;

/// <summary>
/// Who may operate: a program on this machine, not a web page and not through a proxy, that has the operator key.
/// </summary>
/// <param name="configured">The SHA-256 of the key, or null where it is in the file.</param>
/// <param name="file">Holds the key; read for each request, so that the key is the file's whoever wrote it last.</param>
internal sealed class OperatorGate(string? configured, OperatorKeyFile file)
{
    private const string Name = "operator";

    /// <summary>How the operator is named in the log: the tool's channel and the address that was seen.</summary>
    /// <exception cref="ApiException">401, 403.</exception>
    public string Check(HttpContext context)
    {
        var request = context.Request;
        if (!LocalCaller.HasLocalAddress(context))
            throw Forbidden("Operators are answered on the server's own machine only.");
        if (!LocalCaller.NamesThisMachine(context))
            throw Forbidden("Operators call this server by 127.0.0.1 or localhost.");
        if (request.Headers.Origin.Count > 0)
            throw Forbidden("Web pages may not operate this server.");
        if (LocalCaller.CameThroughProxy(context))
            throw Forbidden("Operators are not answered through a proxy.");
        var header = request.Headers.Authorization;
        if (header.Count != 1 || Keys()?.Identify(header.ToString()) is null)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status401Unauthorized, "authentication_error", "invalid_operator_key",
                configured is null
                    ? "The operator key is needed: it is in the file that Operations:KeyFile names; './run.sh ops' reads it."
                    : "The operator key is needed: send the one whose SHA-256 is Operations:Sha256.")
            {
                MayRetry = false,
            });
        }

        var address = context.Connection.RemoteIpAddress!;
        return $"ops@{(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)}";
    }

    private ApiKeys? Keys() =>
        (configured ?? (Read() is { } key ? Convert.ToHexString(ApiKeys.Hash(key)) : null)) is not { } hash ? null
        : new ApiKeys(new AuthOptions { Mode = AuthMode.Required, Keys = { [Name] = new ApiKeyOptions { Sha256 = hash } } });

    /// <summary>Whoever took the file's key away, or its rights, has let nobody in.</summary>
    private string? Read()
    {
        try
        {
            return file.Read();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new ApiException(new ApiError(
                StatusCodes.Status503ServiceUnavailable, "server_error", "operator_key_unreadable",
                "The server cannot read the file that Operations:KeyFile names; mend it, or delete it and start the server again.") { MayRetry = false });
        }
    }

    private static ApiException Forbidden(string message) =>
        new(new ApiError(StatusCodes.Status403Forbidden, "invalid_request_error", "operator_not_local", message) { MayRetry = false });
}
