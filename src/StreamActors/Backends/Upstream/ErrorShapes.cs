using System.Text.Json;

namespace StreamActors.Backends.Upstream;

/// <summary>Finds an error in JSON, wherever a server puts it: nested, flat, in a list, in a text that is JSON again.</summary>
internal static class ErrorShapes
{
    private const int MaxDepth = 8;
    private const int MostItems = 20;

    /// <summary>Members that are an error or hold one, as an object, a list or a text. The first that says something counts.</summary>
    private static readonly string[] Errors = ["error", "Error", "errors", "fault"];

    /// <summary>Members that hold words. The first that says something counts.</summary>
    private static readonly string[] Words =
    [
        "message", "Message", "msg", "detail", "error_description", "error_message", "errorMessage", "error_msg", "status_msg", "faultstring",
        "description", "title",
    ];

    /// <summary>Reads a value; null where it says nothing of an error.</summary>
    /// <param name="value">Of any kind.</param>
    /// <param name="depth">How deep in the body.</param>
    /// <param name="isError">It stands where an error does: a code without words is one too.</param>
    public static UpstreamErrorBody? Read(JsonElement value, int depth, bool isError = false) => value.ValueKind switch
    {
        _ when depth > MaxDepth => null,
        JsonValueKind.String => UpstreamErrorBody.OfText(value.GetString()!, depth + 1),
        JsonValueKind.Object => OfObject(value, depth + 1, isError),
        JsonValueKind.Array => OfList(value, depth + 1, isError),
        _ => null,
    };

    private static UpstreamErrorBody? OfObject(JsonElement value, int depth, bool isError)
    {
        var words = First(value, Words, depth, isError: false);
        var own = new UpstreamErrorBody(words?.Message)
        {
            Type = ErrorFields.Type(value) ?? words?.Type,
            Code = ErrorFields.Best(words?.Code, ErrorFields.Code(value)),
            Param = ErrorFields.Param(value) ?? words?.Param,
            Status = ErrorFields.Status(value) ?? words?.Status,
            RetryAfter = ErrorHints.RetryAfter(value) ?? words?.RetryAfter,
            Figures = ErrorHints.Figures(value),
        };
        if (ErrorFields.Place(value) is { } place && own.Message is { } complaint)
            own = own with { Message = $"{place}: {complaint}", Param = place, Type = null, Code = own.Type };
        if (Inner(value, depth) is { } inner)
            return Join(own, inner, errorIsHeading: value.Get("error") is { ValueKind: JsonValueKind.String });
        return own.Message is not null || (isError && (own.Code ?? own.Type) is not null) ? own : null;
    }

    /// <summary>The error that an object holds.</summary>
    private static UpstreamErrorBody? Inner(JsonElement value, int depth)
    {
        if (First(value, Errors, depth, isError: true) is { } error)
            return error;
        // What another server said to the one that was asked.
        if (value.Get("metadata") is { ValueKind: JsonValueKind.Object } about && about.Get("raw") is { } raw)
            return Read(raw, depth);
        // MiniMax reports success in the same place.
        if (value.Get("base_resp") is { ValueKind: JsonValueKind.Object } report && ErrorFields.Code(report) is not ("0" or null))
            return Read(report, depth, isError: true);
        return new[] { "response", "x_groq" }.Select(name => value.Get(name)).OfType<JsonElement>().Where(holder => holder.ValueKind == JsonValueKind.Object)
            .Select(holder => First(holder, Errors, depth, isError: true)).FirstOrDefault(found => found is not null);
    }

    private static UpstreamErrorBody? First(JsonElement value, string[] names, int depth, bool isError)
    {
        foreach (var name in names)
        {
            if (value.Get(name) is { } member && Read(member, depth, isError) is { } found && (isError || found.Message is not null))
                return found;
        }

        return null;
    }

    private static UpstreamErrorBody? OfList(JsonElement list, int depth, bool isError)
    {
        var found = list.EnumerateArray().Take(MostItems).Select(item => Read(item, depth, isError)).OfType<UpstreamErrorBody>().ToList();
        if (found.Count == 0)
            return null;
        var said = found.Select(f => f.Message).OfType<string>().Distinct();
        return found[0] with { Message = ErrorText.Clean(string.Join("; ", said)) };
    }

    /// <summary>The inner error knows best; the outer object names what it does not, and of its words nothing is lost.</summary>
    private static UpstreamErrorBody Join(UpstreamErrorBody outer, UpstreamErrorBody inner, bool errorIsHeading)
    {
        // {"error":"invalid_request","error_description":"..."}: a word for programs beside the sentence.
        if (outer.Message is not null && inner is { Message: { } word, Code: null } && !word.Contains(' ', StringComparison.Ordinal))
            inner = inner with { Message = null, Code = ErrorText.Word(word) };
        return new UpstreamErrorBody(errorIsHeading ? Both(inner.Message, outer.Message) : Both(outer.Message, inner.Message))
        {
            Type = inner.Type ?? outer.Type,
            Code = ErrorFields.Best(inner.Code, outer.Code),
            Param = inner.Param ?? outer.Param,
            Status = inner.Status ?? outer.Status,
            RetryAfter = inner.RetryAfter ?? outer.RetryAfter,
            Figures = inner.Figures.Count > 0 ? inner.Figures : outer.Figures,
        };
    }

    /// <summary>A heading and the sentence; where one says the other too, that one.</summary>
    private static string? Both(string? heading, string? text)
    {
        if (heading is null || text is null || text.Contains(heading, StringComparison.OrdinalIgnoreCase))
            return text ?? heading;
        return heading.Contains(text, StringComparison.OrdinalIgnoreCase) ? heading : ErrorText.Clean($"{heading.TrimEnd('.', ':')}: {text}");
    }
}
