using StreamActors.Backends;

namespace StreamActors.Server.Http;

/// <summary>Which of a caller's headers go on to a backend: those its settings name and no others.</summary>
internal static class CallersHeaders
{
    /// <summary>By the names in the settings, each once; several values are joined. Together at most what Kestrel takes of a request's headers (32 KiB).</summary>
    public static IReadOnlyList<KeyValuePair<string, string>> HeadersFor(this HttpContext context, ModelRoute route)
    {
        var names = context.RequestServices.GetRequiredService<BackendRegistry>().LoadOf(route.Backend).Options.PassHeaders;
        return names.Length == 0
            ? []
            : [.. names.Distinct(StringComparer.OrdinalIgnoreCase).Select(name => KeyValuePair.Create(name, context.Request.Headers[name].ToString())).Where(h => h.Value.Length > 0)];
    }
}
