using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamActors.Protocol;
using StreamActors.Server.Http.Ollama;

namespace StreamActors.Server.Http;

/// <summary>What a chat request's body says, checked.</summary>
/// <param name="Body">UTF-8 JSON as it came.</param>
/// <param name="Model">The model named, or null.</param>
/// <param name="Prompt">The short form's text, or null where there are messages.</param>
/// <param name="Stream">Whether the answer is to be streamed.</param>
/// <param name="Choices">How many answers are wanted.</param>
internal sealed record ChatBody(ReadOnlyMemory<byte> Body, string? Model, string? Prompt, bool Stream, int Choices)
{
    /// <summary>What it is a request for.</summary>
    public RequestKind Kind { get; init; }

    /// <summary>Fields that say in Ollama's words what others say too: for backends that are an Ollama, and for no others.</summary>
    public IReadOnlyCollection<string> OllamaFields { get; init; } = [];

    /// <summary>Set where there is no prompt: what a model is to do.</summary>
    public OllamaLoad? Load { get; init; }
}

/// <summary>Reads and checks chat requests. The content type does not matter; fields not known here pass on to the backend.</summary>
internal static class ChatRequestReader
{
    /// <summary>So many answers are told apart.</summary>
    public const int MaxChoices = 128;

    /// <summary>A header alone reserves no more than this; the rest is made as it comes.</summary>
    private const int MostReserved = 64 * 1024;

    /// <summary>A larger body is read by a thread of the pool.</summary>
    private const int MostReadInline = 64 * 1024;
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 64 };

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="BadHttpRequestException">Too large, too slow.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context) =>
        ReadAsync(context, context.RequestServices.GetRequiredService<ServerOptions>().MaxBodyBytes);

    /// <summary>Reads a request's body of so many bytes at most.</summary>
    /// <exception cref="BadHttpRequestException">Too large, too slow.</exception>
    public static async Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context, long limit)
    {
        if (context.Request.ContentLength > limit)
            throw TooLarge();
        using var buffer = new MemoryStream((int)Math.Min(context.Request.ContentLength ?? 0, MostReserved));
        try
        {
            await CopyAsync(context.Request.BodyReader, buffer, limit, context.RequestAborted);
        }
        catch (IOException failure) when (failure.InnerException is OverflowException)
        {
            // A chunk's size that no number holds is the one fault of framing that Kestrel does not name so.
            throw new BadHttpRequestException("A chunk's size is too large.", failure);
        }

        // It came on a thread that serves many sockets; reading what it says takes long.
        if (buffer.Length > MostReadInline)
            await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        return buffer.GetBuffer().AsMemory(0, (int)buffer.Length);
    }

    private static async Task CopyAsync(PipeReader body, MemoryStream buffer, long limit, CancellationToken cancellation)
    {
        ReadResult read;
        do
        {
            read = await body.ReadAsync(cancellation);
            if (buffer.Length + read.Buffer.Length > limit)
            {
                body.AdvanceTo(read.Buffer.End);
                throw TooLarge();
            }

            foreach (var part in read.Buffer)
                buffer.Write(part.Span);
            body.AdvanceTo(read.Buffer.End);
        }
        while (!read.IsCompleted);
    }

    private static BadHttpRequestException TooLarge() => new("The body is too large.", StatusCodes.Status413PayloadTooLarge);

    /// <summary>Checks a body.</summary>
    /// <exception cref="ApiException">400, names the field.</exception>
    public static ChatBody Check(ReadOnlyMemory<byte> body) => Check(body, Check);

    /// <summary>Checks that a body is one JSON object of proper text, then what it says.</summary>
    /// <exception cref="ApiException">400, names the field.</exception>
    public static T Check<T>(ReadOnlyMemory<byte> body, Func<ReadOnlyMemory<byte>, JsonElement, T> check)
    {
        if (body.Span.StartsWith(Encoding.UTF8.Preamble))
            body = body[Encoding.UTF8.Preamble.Length..];
        if (body.IsEmpty)
            throw Fault("The request body is empty; send a JSON object with 'messages' or 'prompt'.");
        if (!Utf8.IsValid(body.Span))
            throw Fault("The request body is not UTF-8.");
        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            CheckObject(body, json.RootElement);
            return check(body, json.RootElement);
        }
        catch (JsonException failure)
        {
            throw Fault(failure.LineNumber is { } line
                ? $"The request body is not valid JSON (line {line + 1}, byte {failure.BytePositionInLine})."
                : "The request body names a field twice.");
        }
        catch (InvalidOperationException)
        {
            // Thrown where a string or a name is read, by the check for names given twice too.
            throw Fault("The request body holds an escaped lone surrogate, which is no text.");
        }
    }

    /// <summary>The field's text, or null.</summary>
    /// <exception cref="ApiException">It is something else.</exception>
    public static string? OptionalString(JsonElement root, string name) => Value(root, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.String } value => value.GetString(),
        _ => throw Fault($"'{name}' must be a string.", name),
    };

    /// <summary>The field's yes or no, or null.</summary>
    /// <exception cref="ApiException">It is something else.</exception>
    public static bool? OptionalFlag(JsonElement root, string name) => Value(root, name) switch
    {
        null => null,
        { ValueKind: JsonValueKind.True or JsonValueKind.False } value => value.GetBoolean(),
        _ => throw Fault($"'{name}' must be true or false.", name),
    };

    /// <summary>How many answers are wanted.</summary>
    /// <exception cref="ApiException">It is no number, or too large a one.</exception>
    public static int Choices(JsonElement root) => Value(root, "n") switch
    {
        null => 1,
        { ValueKind: JsonValueKind.Number } n when n.TryGetInt32(out var count) && count is >= 1 and <= MaxChoices => count,
        _ => throw Fault($"'n' must be a whole number from 1 to {MaxChoices}.", "n"),
    };

    /// <summary>The field, where it is there and not null.</summary>
    public static JsonElement? Value(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>What is thrown at a body.</summary>
    public static ApiException Fault(string message, string? param = null) => new(ApiError.Invalid(message, param));

    private static void CheckObject(ReadOnlyMemory<byte> body, JsonElement root)
    {
        if (root.ValueKind != JsonValueKind.Object)
            throw Fault("The request body must be a JSON object.");
        if (body.Span.IndexOf("\\u"u8) >= 0)
            CheckStrings(root);
    }

    private static ChatBody Check(ReadOnlyMemory<byte> body, JsonElement root)
    {
        var model = OptionalString(root, "model");
        var stream = OptionalFlag(root, "stream") ?? false;
        var choices = Choices(root);
        var prompt = OptionalString(root, "prompt");
        var messages = Value(root, "messages");
        if (prompt is not null && messages is not null)
            throw Fault("Send either 'messages' or 'prompt', not both.", "prompt");
        if (prompt is { Length: 0 })
            throw Fault("'prompt' is empty.", "prompt");
        if (prompt is null)
            CheckMessages(messages ?? throw Fault("'messages' (an array) or 'prompt' (a string) is needed.", "messages"));
        return new ChatBody(body, model, prompt, stream, choices);
    }

    private static void CheckMessages(JsonElement messages)
    {
        if (messages.ValueKind != JsonValueKind.Array || messages.GetArrayLength() == 0)
            throw Fault("'messages' must be an array with at least one message.", "messages");
        var index = 0;
        foreach (var message in messages.EnumerateArray())
        {
            var where = $"messages[{index++}]";
            if (message.ValueKind != JsonValueKind.Object)
                throw Fault($"'{where}' must be an object with 'role' and 'content'.", where);
            if (Value(message, "role") is not { ValueKind: JsonValueKind.String })
                throw Fault($"'{where}.role' must be a string such as \"user\".", $"{where}.role");
            if (Value(message, "content") is { ValueKind: not (JsonValueKind.String or JsonValueKind.Array) })
                throw Fault($"'{where}.content' must be a string or an array of parts.", $"{where}.content");
        }
    }

    /// <summary>Every string must be text: an escaped half of a surrogate pair is not.</summary>
    /// <exception cref="InvalidOperationException">One is not.</exception>
    private static void CheckStrings(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                element.GetString();
                break;
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                    CheckStrings(item);
                break;
            case JsonValueKind.Object:
                foreach (var property in element.EnumerateObject())
                {
                    _ = property.Name;
                    CheckStrings(property.Value);
                }

                break;
        }
    }
}
