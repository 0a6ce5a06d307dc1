using System.Net;
using System.Text;
using System.Text.Json;

namespace StreamActors.Server.Http;

/// <summary>The OpenAPI document as one page of plain HTML that needs nothing from anywhere.</summary>
internal sealed class OpenApiPage
{
    private const string Style =
        "body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem;color-scheme:light dark}"
        + "code{font-family:ui-monospace,monospace}h2{margin-top:2.5rem;border-top:1px solid #8884;padding-top:1rem}"
        + "table{border-collapse:collapse;width:100%}td{border-top:1px solid #8884;padding:.3rem .6rem .3rem 0;vertical-align:top}td:first-child{white-space:nowrap}";

    private readonly JsonElement _document;
    private readonly StringBuilder _html = new();

    private OpenApiPage(JsonElement document) => _document = document;

    public static string Of(JsonElement document) => new OpenApiPage(document).Write();

    private string Write()
    {
        var info = _document.GetProperty("info");
        var title = Text(info, "title");
        _html.Append($"<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\"><title>{title}</title><style>{Style}</style>");
        _html.Append($"<h1>{title}</h1><p>{Text(info, "description")}</p>");
        foreach (var path in _document.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
                WriteOperation($"{operation.Name.ToUpperInvariant()} {path.Name}", operation.Value);
        }

        return _html.Append("</html>").ToString();
    }

    private void WriteOperation(string name, JsonElement operation)
    {
        _html.Append($"<h2><code>{Encode(name)}</code></h2><p>{Text(operation, "summary")} {Text(operation, "description")}</p>");
        if (operation.TryGetProperty("parameters", out var parameters))
            WriteTable("Parameters", parameters.EnumerateArray().Select(Resolve).Select(p => (Text(p, "name"), $"{Text(p, "in")}. {Text(p, "description")}")));
        if (operation.TryGetProperty("requestBody", out var body))
        {
            var schema = Resolve(body.GetProperty("content").GetProperty("application/json").GetProperty("schema"));
            WriteTable("Body", schema.GetProperty("properties").EnumerateObject().Select(p => (Encode(p.Name), Text(p.Value, "description"))));
        }

        WriteTable("Answers", operation.GetProperty("responses").EnumerateObject().Select(r => (Encode(r.Name), Text(Resolve(r.Value), "description"))));
    }

    private void WriteTable(string title, IEnumerable<(string Name, string Text)> rows)
    {
        _html.Append($"<h3>{title}</h3><table>");
        foreach (var (name, text) in rows)
            _html.Append($"<tr><td><code>{name}</code><td>{text}");
        _html.Append("</table>");
    }

    /// <summary>What a <c>$ref</c> into the same document stands for.</summary>
    private JsonElement Resolve(JsonElement json) => json.TryGetProperty("$ref", out var reference)
        ? reference.GetString()!.Split('/').Skip(1).Aggregate(_document, (found, part) => found.GetProperty(part))
        : json;

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var text) ? Encode(text.GetString()!) : "";

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
