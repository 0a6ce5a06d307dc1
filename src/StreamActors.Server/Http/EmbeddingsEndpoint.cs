using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary><c>POST /v1/embeddings</c>, passed through.</summary>
internal sealed class EmbeddingsEndpoint(SingleAnswers answers)
{
    public static void Map(IEndpointRouteBuilder routes) => routes.MapPost(
        "/v1/embeddings", (RequestDelegate)(context => context.RequestServices.GetRequiredService<EmbeddingsEndpoint>().HandleAsync(context)));

    private async Task HandleAsync(HttpContext context)
    {
        var trace = answers.Begin(context);
        var chat = ChatRequestReader.Check(await ChatRequestReader.ReadAsync(context), (body, root) =>
            new ChatBody(body, ChatRequestReader.OptionalString(root, "model"), Prompt: null, Stream: false, Choices: 1));
        var models = CallerModels.Of(context);
        var route = (await OpenAiFront.Instance.RouteAsync(models, chat.Model, context.RequestAborted)).Offering(models, RequestKind.Embeddings);
        var body = ChatRequestWriter.Write(chat, route.Model);
        await answers.AnswerAsync(context, new ChatRequest(route.Backend, route.Model, body, Stream: false, Trace: trace, CallerKey: Caller.Of(context).Key)
        {
            Kind = RequestKind.Embeddings,
            PassedHeaders = context.HeadersFor(route),
            TraceContext = TraceContext.Of(context.Request),
        });
    }
}
