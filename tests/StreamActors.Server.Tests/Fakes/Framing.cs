namespace StreamActors.Server.Tests.Fakes;

/// <summary>The ways in which a server may frame the same events.</summary>
public static class Framing
{
    public const string Comment = ": keep-alive {\"choices\":[{\"delta\":{\"content\":\"not content\"}}]}";

    public static readonly IReadOnlyDictionary<string, Func<string[], string>> All = new Dictionary<string, Func<string[], string>>
    {
        ["LF"] = payloads => Frame(payloads, "\n", "data: "),
        ["CRLF"] = payloads => Frame(payloads, "\r\n", "data: "),
        ["CR"] = payloads => Frame(payloads, "\r", "data: "),
        ["no space"] = payloads => Frame(payloads, "\n", "data:", lead: text => text.StartsWith(' ')),
        ["BOM"] = payloads => "\ufeff" + Frame(payloads, "\n", "data: "),
        ["comments"] = payloads => $"{Comment}\n\n:\n" + Frame(payloads, "\n", $"{Comment}\ndata: "),
        ["id and retry"] = payloads => $"retry: 10\nid: 7\nevent: message\nunknown: field\n{Frame(payloads, "\n", "data: ")}",
    };

    /// <param name="payloads">One event each; a payload of several lines becomes several data lines.</param>
    /// <param name="newLine">Ends each line.</param>
    /// <param name="field">Before each data line.</param>
    /// <param name="lead">Which lines need a space after all, since their own first one would be taken for it.</param>
    public static string Frame(IEnumerable<string> payloads, string newLine, string field, Func<string, bool>? lead = null) =>
        string.Concat(payloads.Append(Chunks.Done).Select(payload => string.Concat(payload.Split('\n').Select(line =>
            field + (lead?.Invoke(line) == true ? " " : "") + line + newLine)) + newLine));
}
