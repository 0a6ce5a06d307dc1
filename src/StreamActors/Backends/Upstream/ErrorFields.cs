using System.Globalization;
using System.Text;
using System.Text.Json;

namespace StreamActors.Backends.Upstream;

/// <summary>Reads what an error object says for programs. A member of the wrong kind is ignored.</summary>
internal static class ErrorFields
{
    private static readonly string[] Types = ["type", "error_type", "errorType", "__type"];

    private static readonly string[] Codes =
        ["code", "error_code", "errorCode", "errorcode", "ErrorCode", "internalCode", "status_code", "statusCode", "status"];

    private static readonly string[] Statuses = ["status", "status_code", "statusCode", "http_status", "code", "error_code", "errorCode"];

    /// <summary>The class of error. The word <c>error</c> alone and a documentation's address are not taken for one.</summary>
    public static string? Type(JsonElement error)
    {
        foreach (var name in Types)
        {
            // com.amazon.coral.service#ValidationException
            if (Text(error, name) is { } type && type != "error" && !type.Contains(':', StringComparison.Ordinal))
                return type[(type.LastIndexOf('#') + 1)..];
        }

        return null;
    }

    /// <summary>The code: of all that may be one the first word, else the first number.</summary>
    public static string? Code(JsonElement error)
    {
        string? code = null;
        foreach (var name in Codes)
        {
            var found = error.Get(name) switch
            {
                { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
                // "status" is mostly a state; Google's is a code.
                { ValueKind: JsonValueKind.String } when name == "status" => Text(error, name) is { } status && status.All(c => c is '_' or (>= 'A' and <= 'Z')) ? status : null,
                { ValueKind: JsonValueKind.String } => Text(error, name),
                _ => null,
            };
            code = Best(code, found);
        }

        return code;
    }

    /// <summary>Of two codes the word; of two words or two numbers the first.</summary>
    public static string? Best(string? first, string? second) => first is null || (IsNumber(first) && second is not null && !IsNumber(second)) ? second : first;

    /// <summary>The field that is meant.</summary>
    public static string? Param(JsonElement error) => Text(error, "param");

    /// <summary>The HTTP status of a failure that stands in one of its members, as a number or as its digits.</summary>
    public static int? Status(JsonElement error)
    {
        foreach (var name in Statuses)
        {
            var text = error.Get(name) switch
            {
                { ValueKind: JsonValueKind.Number } number => number.GetRawText(),
                { ValueKind: JsonValueKind.String } => Text(error, name),
                _ => null,
            };
            if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var status) && status is >= 400 and <= 599)
                return status;
        }

        return null;
    }

    /// <summary>FastAPI's <c>loc</c> as a path into the request: <c>["body","messages",0,"role"]</c> is <c>messages[0].role</c>.</summary>
    public static string? Place(JsonElement complaint)
    {
        if (complaint.Get("loc") is not { ValueKind: JsonValueKind.Array } steps)
            return null;
        var place = new StringBuilder();
        foreach (var step in steps.EnumerateArray().Take(20))
        {
            if (step.ValueKind == JsonValueKind.Number)
                place.Append(CultureInfo.InvariantCulture, $"[{step.GetRawText()}]");
            else if (step.AsText() is { Length: > 0 } name && (place.Length > 0 || name != "body"))
                place.Append(place.Length > 0 ? "." : "").Append(name);
        }

        return ErrorText.Word(place.ToString());
    }

    private static string? Text(JsonElement error, string name) => ErrorText.Word(error.Get(name)?.AsText());

    private static bool IsNumber(string code) => code.All(c => char.IsAsciiDigit(c) || c is '-' or '.');
}
