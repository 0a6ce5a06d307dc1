using System.Globalization;

namespace StreamActors.Server.Http;

/// <summary>Headers of a response that a model server said.</summary>
internal static class PassedHeaders
{
    /// <summary>Sets what the model server said, where nothing of this server's own stands.</summary>
    public static void Pass(this HttpResponse response, IReadOnlyList<KeyValuePair<string, string>> headers)
    {
        foreach (var (name, value) in headers)
            response.Headers.TryAdd(name, value);
    }

    /// <summary>Whole seconds, as HTTP has them, never too early; what is no whole number of them is said exactly too, as OpenAI does.</summary>
    public static void SetRetryAfter(this IHeaderDictionary headers, TimeSpan wait)
    {
        headers.RetryAfter = Math.Ceiling(wait.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (wait.Ticks % TimeSpan.TicksPerSecond != 0)
            headers["retry-after-ms"] = Math.Ceiling(wait.TotalMilliseconds).ToString(CultureInfo.InvariantCulture);
    }
}
