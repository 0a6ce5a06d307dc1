namespace StreamActors.Server.Tests.Clients;

/// <summary>What a client library made of one request.</summary>
/// <param name="Text">The text that it gave out.</param>
/// <param name="Finish">Why the model ended, in the library's own word.</param>
/// <param name="Usage">Tokens of the answer.</param>
/// <param name="Tools">Tool calls as <c>name(arguments)</c>, or the list that was asked for.</param>
/// <param name="Error">What it threw; null: it took the answer for finished.</param>
public sealed record ClientAnswer(string Text, string? Finish, long? Usage, IReadOnlyList<string> Tools, ClientError? Error);

/// <summary>An error as the library tells it.</summary>
public sealed record ClientError(string Name, string Message, int? Status, string? Code)
{
    public override string ToString() =>
        string.Join(' ', new[] { $"`{Name}`", Status?.ToString(System.Globalization.CultureInfo.InvariantCulture), Code }.OfType<string>());
}
