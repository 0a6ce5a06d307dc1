namespace StreamActors.Server.Http;

/// <summary>Routes that only read.</summary>
internal static class ReadRoutes
{
    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    /// <summary>Answers GET, and HEAD without the body: by that monitors, and Ollama's command line, look whether a server is there.</summary>
    public static void MapRead(this IEndpointRouteBuilder routes, string path, Delegate read) => routes.MapMethods(path, Methods, read);
}
