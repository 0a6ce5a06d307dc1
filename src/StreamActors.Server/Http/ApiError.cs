using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>One error in OpenAI's shape.</summary>
/// <param name="Status">The HTTP status.</param>
/// <param name="Type">OpenAI's class of error, for example <c>invalid_request_error</c>.</param>
/// <param name="Code">For programs.</param>
/// <param name="Message">For people; says what to do next where there is something to do.</param>
/// <param name="Param">The field meant, or null.</param>
public sealed record ApiError(int Status, string Type, string Code, string Message, string? Param = null)
{
    /// <summary>The time until a retry makes sense, sent as <c>Retry-After</c> in whole seconds, and exactly where it is no whole number of them.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Sent as <c>x-should-retry</c>. False where a retry would undo a decision or cost another generation; null: as the status says.</summary>
    public bool? MayRetry { get; init; }

    /// <summary>What metrics call it: one of this server's own codes, also where a model server gave another.</summary>
    public string CountedAs { get; init; } = Code;

    /// <summary>Numbers that belong to the error.</summary>
    public IReadOnlyList<KeyValuePair<string, decimal>> Figures { get; init; } = [];

    /// <summary>Headers of the model server's that are for its caller.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Headers { get; init; } = [];

    private static readonly string[] Own = ["message", "type", "param", "code", "trace", "superseded_by"];

    /// <summary>The newer prompt, where one took the place.</summary>
    public TraceId? SupersededBy { get; init; }

    /// <summary>The caller's request is wrong.</summary>
    public static ApiError Invalid(string message, string? param = null, string code = "invalid_request") =>
        new(StatusCodes.Status400BadRequest, "invalid_request_error", code, message, param);

    /// <summary>What was asked for does not exist, or not for this caller.</summary>
    public static ApiError NotFound(string code, string message, string? param = null) =>
        new(StatusCodes.Status404NotFound, "invalid_request_error", code, message, param);

    /// <summary>UTF-8 of <c>{"error":{...}}</c>; with a trace where a stream is meant.</summary>
    public byte[] ToJson(TraceId? trace = null)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            json.WriteStartObject("error");
            json.WriteString("message", Message);
            json.WriteString("type", Type);
            json.WriteString("param", Param);
            json.WriteString("code", Code);
            foreach (var (name, figure) in Figures.Where(f => !Own.Contains(f.Key)))
                json.WriteNumber(name, figure);
            if (trace is { } stream)
                json.WriteString("trace", stream.Value);
            if (SupersededBy is { } newer)
                json.WriteString("superseded_by", newer.Value);
            json.WriteEndObject();
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }
}

/// <summary>Thrown while a request is read: it is answered with the error, nothing has been started.</summary>
public sealed class ApiException(ApiError error) : Exception(error.Message)
{
    /// <summary>The answer.</summary>
    public ApiError Error { get; } = error;
}
