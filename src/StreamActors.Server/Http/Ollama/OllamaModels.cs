using System.Text.Json;
using System.Text.Json.Nodes;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// What there is to say of a model: what its Ollama says of it, or what its server lists of it.
/// </summary>
internal static class OllamaModels
{
    private static readonly TimeSpan Within = TimeSpan.FromSeconds(5);

    /// <summary>A silent backend does not hold up a question to all of them.</summary>
    private static readonly TimeSpan OneOfAllWithin = TimeSpan.FromMilliseconds(800);

    /// <summary>
    /// <c>POST /api/show</c>. Clients look into <c>model_info</c> without a check, for the architecture, and under its name for the context's length.
    /// </summary>
    public static async Task<IResult> ShowAsync(HttpContext context)
    {
        var (name, verbose) = ChatRequestReader.Check(await ChatRequestReader.ReadAsync(context), (_, root) => (
            ChatRequestReader.OptionalString(root, "model") ?? ChatRequestReader.OptionalString(root, "name"),
            ChatRequestReader.OptionalFlag(root, "verbose") ?? false));
        var models = CallerModels.Of(context);
        var route = await OllamaFront.Chat.RouteAsync(models, name, context.RequestAborted);
        if (models.OllamaOf(route) is { } ollama)
            return Object(await AskAsync(context, Within, stop => ollama.ShowAsync(route.Model, verbose, stop)));
        var facts = new OllamaFacts(await models.DescribeAsync(route, context.RequestAborted));
        return ApiJson.Ok(new
        {
            License = "", Modelfile = "", Parameters = "", Template = "", System = "",
            facts.Details,
            facts.ModelInfo,
            Capabilities = OllamaAbilities.Of(facts),
            facts.ModifiedAt,
        });
    }

    private static IResult Object(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            if (parsed.RootElement.ValueKind == JsonValueKind.Object)
                return Results.Bytes(json, "application/json");
        }
        catch (JsonException)
        {
            // Said below.
        }

        throw EndingErrors.Of(new BackendException(EndReason.BackendError, "The backend described a model by something else than an object."));
    }

    /// <summary><c>GET /api/ps</c>: of all Ollamas that answer, the models that the caller may use.</summary>
    public static async Task<IResult> ListLoadedAsync(HttpContext context)
    {
        var models = CallerModels.Of(context);
        var lists = await Task.WhenAll(models.Ollamas.Select(ollama => LoadedAsync(context, models, ollama)));
        return ApiJson.Ok(new { Models = lists.SelectMany(list => list) });
    }

    private static async Task<IReadOnlyList<JsonObject>> LoadedAsync(HttpContext context, CallerModels models, IOllamaModels ollama)
    {
        try
        {
            var list = JsonNode.Parse((await AskAsync(context, OneOfAllWithin, ollama.ListLoadedAsync)).Span)?["models"] as JsonArray ?? [];
            return [.. list.OfType<JsonObject>().Where(model => (string?)model["name"] is { } name && models.MayUse(name))];
        }
        catch (Exception failure) when (failure is ApiException or JsonException or InvalidOperationException)
        {
            // Nothing is known of it now; the others are.
            return [];
        }
    }

    private static async Task<ReadOnlyMemory<byte>> AskAsync(HttpContext context, TimeSpan within, Func<CancellationToken, Task<ReadOnlyMemory<byte>>> ask)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        stop.CancelAfter(within);
        try
        {
            return await ask(stop.Token);
        }
        catch (BackendException failure)
        {
            throw EndingErrors.Of(failure);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested)
        {
            throw EndingErrors.Of(new BackendException(EndReason.BackendUnreachable, "The backend did not answer in time."));
        }
    }
}
