namespace StreamActors.Ops.Client;

/// <summary>A command was not carried out.</summary>
/// <param name="message">One sentence that says what to do.</param>
/// <param name="exitCode">What the program ends with.</param>
/// <param name="json">The server's error as it came, or null.</param>
internal sealed class OperatorException(string message, int exitCode, string? json = null) : Exception(message)
{
    public int ExitCode { get; } = exitCode;

    public string? Json { get; } = json;
}
