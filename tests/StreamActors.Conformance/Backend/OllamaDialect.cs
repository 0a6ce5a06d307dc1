using System.Text;
using System.Text.Json;

namespace StreamActors.Conformance.Backend;

/// <summary>Ollama's <c>/api/chat</c>: one JSON object a line.</summary>
internal sealed class OllamaDialect : Dialect
{
    private const string CreatedAt = "2026-01-01T00:00:00.000000001Z";

    public override bool StreamsByDefault => true;

    public override string StreamType => "application/x-ndjson";

    public override string Comment => "\n";

    public override string Empty => "{\"message\":{\"role\":\"assistant\",\"content\":\"\"},\"done\":false}\n";

    public override string Garbage => "{\"message\":{\"role\":\n";

    public override string Error => "{\"error\":\"llama runner process has terminated\"}\n";

    protected override (string Before, string After) ContentFrame =>
        ("{\"message\":{\"role\":\"assistant\",\"content\":\"", "\"},\"done\":false}\n");

    public override string Token(ChatRequest chat, long id, bool first, string text) => Line(chat, text, "\"done\":false");

    public override string Tail(ChatRequest chat, long id) => Line(chat, "", End(chat));

    public override byte[] Whole(ChatRequest chat, long id, string text) =>
        HttpResponse.Json(200, Encoding.UTF8.GetBytes(Line(chat, text, End(chat)).TrimEnd()));

    public override byte[] Refusal(int status, string message) =>
        HttpResponse.Json(status, writer => writer.WriteString("error", message));

    private static string Line(ChatRequest chat, string content, string end) =>
        $$"""{"model":"{{JsonEncodedText.Encode(chat.Model)}}","created_at":"{{CreatedAt}}","message":{"role":"assistant","content":"{{content}}"},{{end}}}""" + "\n";

    private static string End(ChatRequest chat) =>
        $"\"done_reason\":\"stop\",\"done\":true,\"total_duration\":5043500667,\"load_duration\":15025959,\"prompt_eval_count\":26,\"prompt_eval_duration\":325953000,\"eval_count\":{chat.Directives.Tokens},\"eval_duration\":4682000000";
}
