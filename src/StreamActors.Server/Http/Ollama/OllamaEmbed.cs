using System.Buffers;
using System.Text.Json;
using StreamActors.Protocol;
using static StreamActors.Server.Http.ChatRequestReader;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// <c>POST /api/embed</c>, and the older <c>/api/embeddings</c> with one <c>prompt</c>: asked of any backend that makes embeddings, as OpenAI
/// asks for them. What only Ollama knows (<c>truncate</c>, <c>options</c>, <c>keep_alive</c>) goes to an Ollama alone.
/// </summary>
internal sealed class OllamaEmbed(SingleAnswers answers, TimeProvider time)
{
    private static readonly string[] Own = ["truncate", "options", "keep_alive"];

    public static void Map(IEndpointRouteBuilder routes)
    {
        Map(routes, "/api/embed", old: false);
        Map(routes, "/api/embeddings", old: true);
    }

    private static void Map(IEndpointRouteBuilder routes, string path, bool old) => routes.MapPost(
        path, (RequestDelegate)(context => context.RequestServices.GetRequiredService<OllamaEmbed>().HandleAsync(context, old)));

    private async Task HandleAsync(HttpContext context, bool old)
    {
        var since = time.GetTimestamp();
        var trace = answers.Begin(context);
        var (chat, isEmpty) = Check(await ReadAsync(context), (_, root) => Translate(root, old ? "prompt" : "input"));
        var models = CallerModels.Of(context);
        var route = (await OllamaFront.Chat.RouteAsync(models, chat.Model, context.RequestAborted)).Offering(models, RequestKind.Embeddings);
        var toOllama = models.OllamaOf(route) is not null;
        if (isEmpty && !toOllama)
        {
            // An Ollama loads the model for it; others have it ready.
            await answers.WriteAsync(context, OllamaVectors.None(route.Model, old));
            return;
        }

        var body = ChatRequestWriter.Write(chat, route.Model, toOllama);
        var request = new ChatRequest(route.Backend, route.Model, body, Stream: false, Trace: trace, CallerKey: Caller.Of(context).Key)
        {
            Kind = RequestKind.Embeddings,
            PassedHeaders = context.HeadersFor(route),
            TraceContext = TraceContext.Of(context.Request),
        };
        await answers.AnswerAsync(context, request, json => OllamaVectors.Of(json, route.Model, old, time.GetElapsedTime(since)));
    }

    /// <returns>The request in OpenAI's words, and whether it has no text.</returns>
    private static (ChatBody Body, bool IsEmpty) Translate(JsonElement root, string textName)
    {
        var text = Value(root, textName);
        var isText = text is null or { ValueKind: JsonValueKind.String }
            || (textName == "input" && text is { ValueKind: JsonValueKind.Array } list && list.EnumerateArray().All(t => t.ValueKind == JsonValueKind.String));
        if (!isText)
            throw Fault(textName == "input" ? "'input' must be a string or an array of strings." : "'prompt' must be a string.", textName);
        var model = OptionalString(root, "model");
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, RequestJson.Writing with { Encoder = ApiJson.Writing.Encoder }))
        {
            json.WriteStartObject();
            if (model is not null)
                json.WriteString("model", model);
            json.WritePropertyName("input");
            if (text is { } said)
                said.WriteTo(json);
            else
                json.WriteStringValue("");
            foreach (var name in Own.Append("dimensions"))
            {
                if (Value(root, name) is not { } value)
                    continue;
                json.WritePropertyName(name);
                value.WriteTo(json);
            }

            json.WriteEndObject();
        }

        var chat = new ChatBody(buffer.WrittenMemory, model, Prompt: null, Stream: false, Choices: 1)
        {
            Kind = RequestKind.Embeddings,
            OllamaFields = [.. Own.Where(name => Value(root, name) is not null)],
        };
        return (chat, text is null || (text is { ValueKind: JsonValueKind.String } one ? one.ValueEquals(""u8) : text.Value.GetArrayLength() == 0));
    }
}
