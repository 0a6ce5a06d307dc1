using static StreamActors.Server.Tests.Http.Shapes.RequestShape;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>Where requests are sent.</summary>
internal static class AddressShapes
{
    private const string Chatting = "Did you mean /v1/chat/completions? Set the client's base URL to http://localhost/v1.";

    public static IEnumerable<RequestShape> All =>
    [
        .. new[] { "/v1/chat/completions", "/v1/chat/completions/", "/V1/Chat/Completions", "/v1/chat/completions?api-version=2024-10-21" }.Select(path => Post($"at {path}", Chat, path: path)),
        .. new[]
        {
            "/chat/completions", "/v1/v1/chat/completions", "/openai/v1/chat/completions", "/api/v1/chat/completions", "/api/chat/completions", "//v1/chat/completions", "/v1//chat/completions",
            "/v1/chat//completions", "/openai/deployments/demo/chat/completions?api-version=2024-10-21", "/v1/chat/completions/chat/completions", "/v1/openai/chat/completions", "/llm/v1/chat/completions",
            "/v1/engines/demo/chat/completions", "/v1/chat", "/chat", "/v1beta/openai/chat/completions", "/compatible-mode/v1/chat/completions", "/v1/api/v1/chat/completions",
        }.Select(path => Post($"a little off: {path}", Chat, 404, "unknown_url", path: path, says: Chatting)),
        Post("below a model's name", """{"model":"demo","input":"Hi"}""", 404, "unknown_url", path: "/openai/deployments/demo/embeddings", says: "Did you mean /v1/embeddings?"),
        Post("embeddings without a version", """{"model":"demo","input":"Hi"}""", 404, "unknown_url", path: "/embeddings", says: "Did you mean /v1/embeddings?"),
        Post("completions without a version", "{}", 404, "unknown_url", path: "/completions", says: "Did you mean /v1/completions?"),
        Ask("GET /models", 404, "unknown_url", says: "Did you mean /v1/models? Set the client's base URL to http://localhost/v1."),
        Ask("GET /v1/v1/models", 404, "unknown_url", says: "Did you mean /v1/models?"),
        Ask("GET /openai/models", 404, "unknown_url", says: "Did you mean /v1/models?"),
        Ask("GET /models/demo", 404, "unknown_url", says: "Did you mean /v1/models/demo?"),
        Ask("GET /ollama/api/tags", 404, "unknown_url", says: "Did you mean /api/tags? Set the client's base URL to http://localhost."),
        Ask("GET /v1/api/tags", 404, "unknown_url", says: "Did you mean /api/tags?"),
        Post("Ollama's client with OpenAI's base URL", "{}", 404, "unknown_url", path: "/v1/api/chat", says: "{\"error\":\"There is no POST /v1/api/chat. Did you mean /api/chat? Set the client's base URL to http://localhost.\""),
        Post("Ollama's client below another path", "{}", 404, "unknown_url", path: "/ollama/api/embed/", says: "{\"error\":\"There is no POST /ollama/api/embed/. Did you mean /api/embed?"),
        Ask("GET /tags", 404, "unknown_url"),
        Ask("GET /v1", 404, "unknown_url", says: "http://localhost/v1 is the base URL for OpenAI's clients."),
        Ask("GET /v1/", 404, "unknown_url", says: "http://localhost/v1 is the base URL for OpenAI's clients."),
        Ask("GET /health", 404, "unknown_url", says: "Did you mean /healthz?"), Ask("GET /v1/health", 404, "unknown_url", says: "Did you mean /healthz?"),
        Ask("GET /ready", 404, "unknown_url", says: "Did you mean /readyz?"), Ask("GET /version", 404, "unknown_url", says: "Did you mean /api/version?"),
        Ask("GET /robots.txt", 404, "unknown_url", says: "http://localhost/openapi"), Ask("GET /v1/nothing", 404, "unknown_url", says: "http://localhost/openapi"),
        Ask($"GET /{new string('x', 5000)}", 404, "unknown_url", says: "xxx...."),
        Ask($"GET /x/v1/models/{string.Join('/', Enumerable.Repeat('a', 4000))}", 404, "unknown_url", says: "What there is: http://localhost/openapi."),
        Ask($"GET /{string.Concat(Enumerable.Repeat("a/", 3000))}v1/models", 404, "unknown_url", says: "Did you mean /v1/models? Set"),
        Ask("GET /%22%3Cb%3E%0d%0aX:%20y", 404, "unknown_url"),
        Post("Responses", "{}", 404, "unknown_url", path: "/v1/responses", says: "POST http://localhost/v1/chat/completions"),
        Post("Responses, cancelled", "{}", 404, "unknown_url", path: "/v1/responses/resp_1/cancel", says: "POST http://localhost/v1/chat/completions"),
        Post("Messages", "{}", 404, "unknown_url", path: "/v1/messages", says: "POST http://localhost/v1/chat/completions"),
        Post("Messages, counted", "{}", 404, "unknown_url", path: "/v1/messages/count_tokens", says: "Anthropic's Messages are not spoken here."),
        Post("images", "{}", 404, "unknown_url", path: "/v1/images/generations", says: "http://localhost/openapi"),
        Post("at the root", Chat, 405, "method_not_allowed", path: "/", says: "POST http://localhost/v1/chat/completions"),
        Post("at the version", Chat, 404, "unknown_url", path: "/v1", says: "POST http://localhost/v1/chat/completions"),
        Ask("GET /v1/chat/completions", 405, "method_not_allowed", says: "allowed: POST"),
        Post("behind a proxy", Chat, 404, "unknown_url", "X-Forwarded-Proto: https\r\nX-Forwarded-Host: chat.example\r\nX-Forwarded-Prefix: /llm", "/chat/completions", "https://chat.example/llm/v1."),
    ];
}
