using System.Text;
using System.Text.Json;
using Serilog;
using StreamActors.Protocol;
using StreamActors.Telemetry;

namespace StreamActors.Backends.Upstream;

/// <summary>What an answer that failed means for the caller, to whom the server's words go without its secrets.</summary>
/// <param name="backend">The configured name, for the operator.</param>
/// <param name="callersKey">The request went with its caller's own key.</param>
/// <param name="secrets">What no caller may see; asked only where there are words.</param>
internal sealed class AnswerErrors(string backend, bool callersKey, Func<UpstreamSecrets> secrets)
{
    private const int BadGateway = 502;
    private const string Reported = "The model server reported an error.";

    /// <summary>Where notes go; null: nowhere.</summary>
    public ILogger? Log { get; init; }

    /// <summary>Notes at debug level how many payloads of an answer were no part of it and were left out.</summary>
    public void NoteLeftOut(int payloads) =>
        Log?.Debug("backend_payloads_left_out backend={backend} payloads={payloads}", LogValue.Safe(backend), payloads);

    /// <summary>Whether a line is an error in words, as servers write where JSON is expected.</summary>
    public static bool IsErrorLine(ReadOnlySpan<byte> line) => Begins(line, "error"u8) || Begins(line, "[error"u8) || Begins(line, "event: error"u8)
        || Begins(line, "exception"u8) || Begins(line, "internal server error"u8) || Begins(line, "traceback ("u8);

    /// <summary>The failure that a payload is, whatever its shape.</summary>
    public BackendException Of(ReadOnlySpan<byte> payload) =>
        Of(UpstreamErrorBody.Read(payload) ?? OfChoice(payload), EndReason.BackendError, "The backend sent an error in its answer.");

    /// <summary>The model was stopped before its end; the payload may say why.</summary>
    public BackendException GivenUp(ReadOnlySpan<byte> payload) =>
        Of(UpstreamErrorBody.Read(payload), EndReason.BackendTruncated, "The backend's answer was stopped before its end.");

    /// <summary>The failure that an answer's last object without a choice says; null: it has no words.</summary>
    public BackendException? OfWords(ReadOnlySpan<byte> payload) =>
        UpstreamErrorBody.Read(payload) is { Message: not null } said ? Of(said, EndReason.BackendError, "The backend's answer ended with words of its own.") : null;

    /// <summary>The server ended its answer and had sent neither a part of it nor a finish reason.</summary>
    public BackendException Nothing() => new(
        EndReason.BackendTruncated,
        "The backend said [DONE] after nothing.",
        new BackendFault(BadGateway, "The model server ended its answer with neither content nor a finish reason."))
    {
        Begun = true,
    };

    /// <summary>One object was asked for, and it says nothing of an answer and nothing of an error.</summary>
    public BackendException NoChoice() => new(
        EndReason.BackendError, "The backend's answer has no choice.", new BackendFault(BadGateway, "The model server's answer has no choice in it."))
    {
        Begun = true,
    };

    /// <summary>The body is no model's answer, though it may have words.</summary>
    public BackendException NotAnAnswer(HttpResponseMessage response, byte[]? words) => new(
        EndReason.BackendError,
        "The backend sent neither JSON nor an event stream.",
        UpstreamErrorBody.Read(words) is { Message: not null } said ? Failed(secrets().Hide(said)) : null)
    {
        Begun = true,
        Cause = $"It answered a prompt with {response.Content.Headers.ContentType?.MediaType ?? "something"}, neither JSON nor an event stream: is Backends:{backend}:Url right?",
    };

    private BackendException Of(UpstreamErrorBody? words, EndReason reason, string detail)
    {
        if (words is null)
            return new BackendException(reason, detail) { Begun = true };
        var said = secrets().Hide(words);
        return AnswerStatus.Of(said) is { } status
            ? new BackendException(reason, detail, UpstreamErrors.Fault(status, said, callersKey)) { Begun = !AnswerStatus.IsRefusal(status) }
            : new BackendException(reason, detail, Failed(said)) { Begun = true };
    }

    private static BackendFault Failed(UpstreamErrorBody said) => new(BadGateway, said.Message ?? Reported, said.RetryAfter)
    {
        Type = said.Type,
        Code = said.Code,
        Param = said.Param,
        Figures = said.Figures,
    };

    private static bool Begins(ReadOnlySpan<byte> text, ReadOnlySpan<byte> word) =>
        text.Length >= word.Length && Ascii.EqualsIgnoreCase(text[..word.Length], word);

    /// <summary>Routers put the error into the choice that failed.</summary>
    private static UpstreamErrorBody? OfChoice(ReadOnlySpan<byte> payload)
    {
        try
        {
            using var json = ChunkJson.Parse(payload.ToArray());
            if (json.RootElement.ValueKind != JsonValueKind.Object || json.RootElement.Get("choices") is not { ValueKind: JsonValueKind.Array } choices)
                return null;
            return choices.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object).Select(c => c.Get("error")).OfType<JsonElement>()
                .Select(e => UpstreamErrorBody.Read(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(e))).FirstOrDefault(e => e is not null);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
