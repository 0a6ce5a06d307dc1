using StreamActors.Protocol;

namespace StreamActors.Backends;

/// <summary>What a backend refuses of a request for the caller to mend: 400, with the field's place.</summary>
internal static class CallerFault
{
    private const int BadRequest = 400;

    /// <summary>The field is not what OpenAI's protocol says.</summary>
    /// <param name="param">The field's place, for example <c>messages[0].content</c>.</param>
    /// <param name="what">What it must be; the rest of a sentence that begins with the place.</param>
    public static BackendException Malformed(string param, string what) => Of(param, what, "invalid_request");

    /// <summary>The field is right, but this backend cannot do what it asks for.</summary>
    /// <inheritdoc cref="Malformed"/>
    public static BackendException Unsupported(string param, string what) => Of(param, what, "unsupported_value");

    private static BackendException Of(string param, string what, string code)
    {
        var message = $"'{param}' {what}";
        return new BackendException(EndReason.BackendError, message, new BackendFault(BadRequest, message) { Code = code, Param = param });
    }
}
