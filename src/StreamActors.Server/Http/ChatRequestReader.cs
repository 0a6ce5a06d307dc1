using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>Reads and checks chat requests. The content type does not matter; fields not known here pass on to the backend.</summary>
internal static class ChatRequestReader
{
    /// <summary>So many answers to one prompt may be asked for.</summary>
    public const int MaxChoices = 128;

    private static readonly byte[] Gzip = [0x1f, 0x8b];
    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = RequestJson.MaxDepth };

    /// <summary>Reads a request's body.</summary>
    /// <exception cref="ApiException">It cannot be read.</exception>
    /// <exception cref="BadHttpRequestException">Too slow, or not proper HTTP.</exception>
    public static Task<ReadOnlyMemory<byte>> ReadAsync(HttpContext context) =>
        RequestBody.ReadAsync(context, context.RequestServices.GetRequiredService<ServerOptions>().MaxBodyBytes);

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
            throw Fault(NoText(body.Span));

        try
        {
            using var json = JsonDocument.Parse(body, Strict);
            CheckObject(body, json.RootElement);
            return check(body, json.RootElement);
        }
        catch (JsonException failure) when (failure.Message.Contains("maximum configured depth", StringComparison.Ordinal))
        {
            throw Fault($"The request body is nested deeper than the {RequestJson.MaxDepth} levels that this server takes.");
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
        { } n when n.TryGetWhole(out var count) && count is >= 1 and <= MaxChoices => (int)count,
        _ => throw Fault($"'n' must be a whole number from 1 to {MaxChoices}.", "n"),
    };

    /// <summary>The field, where it is there and not null.</summary>
    public static JsonElement? Value(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;

    /// <summary>What is thrown at a body.</summary>
    public static ApiException Fault(string message, string? param = null) => new(ApiError.Invalid(message, param));

    /// <summary>What is wrong with a body that is not UTF-8.</summary>
    private static string NoText(ReadOnlySpan<byte> body) =>
        body.StartsWith(Gzip) ? "The request body is compressed; say so by 'Content-Encoding: gzip'."
        // PowerShell's '>' writes such files.
        : body is [0xff, 0xfe, ..] or [0xfe, 0xff, ..] ? "The request body is UTF-16; send it as UTF-8."
        : "The request body is not UTF-8; send it in that encoding.";

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
