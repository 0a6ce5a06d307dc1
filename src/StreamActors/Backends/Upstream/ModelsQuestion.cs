using System.Net;
using StreamActors.Protocol;

namespace StreamActors.Backends.Upstream;

/// <summary>Asks a model server for the list of its models, and says what its refusal means for the operator.</summary>
internal static class ModelsQuestion
{
    /// <summary>The models.</summary>
    /// <param name="http">The server.</param>
    /// <param name="path">Where it has the list.</param>
    /// <param name="backend">The backend's configured name.</param>
    /// <param name="cancellation">Ends the question.</param>
    /// <exception cref="BackendException">It cannot be reached; or, with the status, it answers with something else than a list.</exception>
    public static async Task<IReadOnlyList<ModelEntry>> AskAsync(HttpClient http, string path, string backend, CancellationToken cancellation)
    {
        using var message = UpstreamHttp.Question(path);
        using var response = await UpstreamHttp.SendAsync(http, message, cancellation).ConfigureAwait(false);
        if (!response.IsSuccessStatusCode)
            throw Refused(response.StatusCode, backend);
        var body = await UpstreamBody.ReadAsync(response, cancellation).ConfigureAwait(false);
        try
        {
            return ModelListReader.Read(body);
        }
        catch (BackendException failure)
        {
            throw new BackendException(EndReason.BackendError, failure.Message, inner: failure)
            {
                Status = (int)response.StatusCode,
                Cause = $"The server answers, but not with a list of models: set Backends:{backend}:Models, or check Backends:{backend}:Url.",
            };
        }
    }

    private static BackendException Refused(HttpStatusCode status, string backend)
    {
        var number = (int)status;
        var cause = status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden =>
                $"The server refuses the list of models ({number}): set Backends:{backend}:ApiKey or Backends:{backend}:Models.",
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed or HttpStatusCode.Gone or HttpStatusCode.NotImplemented =>
                $"The server has no list of models ({number}): set Backends:{backend}:Models, or check Backends:{backend}:Url.",
            _ => $"The server answers the question for its models with {number}.",
        };
        return new BackendException(EndReason.BackendError, $"The list of models was answered with {number}.") { Status = number, Cause = cause };
    }
}
