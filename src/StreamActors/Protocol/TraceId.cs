using System.Security.Cryptography;

namespace StreamActors.Protocol;

/// <summary>The id of one request and of the stream that answers it: 32 lower-case hex digits, made here, never repeated.</summary>
/// <param name="Value">The text form, as sent in <c>X-Trace-Id</c> and written to the log.</param>
public readonly record struct TraceId(string Value)
{
    private const int Bytes = 16;

    /// <summary>Makes a new one from the system's random numbers.</summary>
    public static TraceId New() => new(Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(Bytes)));

    /// <summary>Reads the text form; false for anything that <see cref="New"/> could not have made.</summary>
    public static bool TryParse(string? text, out TraceId trace)
    {
        trace = new TraceId(text ?? "");
        return text is { Length: 2 * Bytes } && text.All(char.IsAsciiHexDigitLower);
    }

    /// <inheritdoc/>
    public override string ToString() => Value;
}
