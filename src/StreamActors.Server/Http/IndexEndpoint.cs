using StreamActors.Server.Http.Proxies;

namespace StreamActors.Server.Http;

/// <summary><c>GET /</c> for command lines: says what this is and what to try. Browsers get the page.</summary>
internal static class IndexEndpoint
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapRead("/", (HttpRequest request) => Results.Text($$"""
        StreamActors: a streaming front door for language models. The newest prompt of a session always wins.

        In a browser this address is a page to try it with.

        Try it:
          curl -N {{request.PublicAddress()}}/v1/chat/completions -H 'X-Session-Id: me' -d '{"prompt":"Write a long poem","stream":true}'

        POST   /v1/chat/completions       OpenAI chat completions; 'messages' or 'prompt'
        POST   /api/chat, /api/generate   the same for Ollama's clients
        POST   /v1/completions            plain completions, where the backend has them
        POST   /v1/embeddings             embeddings, where the backend has them
        GET    /v1/models, /api/tags      models of all backends
        GET    /v1/sessions[/ID]          your live sessions
        GET    /v1/board                  your sessions and streams as they change
        DELETE /v1/sessions/ID            end a session
        POST   /v1/streams/TRACE/cancel   stop exactly that stream
        GET    /healthz, /readyz          alive, ready
        GET    /metrics                   for Prometheus
        GET    /openapi                   all of this in detail; /openapi/v1.json for programs

        """));
}
