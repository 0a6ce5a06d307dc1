using System.ClientModel;
using System.Text.Json;

namespace StreamActors.Clients;

/// <summary>An error as its own library tells it: its name, and status and code where it has them.</summary>
internal sealed record Failure(string Name, string Message, int? Status, string? Code)
{
    public static Failure Of(Exception failure)
    {
        // The tries of one call, each of which failed.
        if (failure is AggregateException { InnerExceptions: [.., var last] })
            return Of(last);
        var response = failure as ClientResultException;
        // Which of the two a library throws when it is cancelled hangs on the moment; who catches the one catches both.
        var type = failure is OperationCanceledException ? nameof(OperationCanceledException) : failure.GetType().Name;
        return new Failure(type, failure.Message, response?.Status is > 0 and var status ? status : null, CodeOf(response));
    }

    private static string? CodeOf(ClientResultException? failure)
    {
        try
        {
            using var body = JsonDocument.Parse(failure?.GetRawResponse()?.Content ?? BinaryData.FromString("{}"));
            return body.RootElement.TryGetProperty("error", out var error) ? error.GetProperty("code").GetString() : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
