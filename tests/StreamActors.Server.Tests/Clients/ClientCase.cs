namespace StreamActors.Server.Tests.Clients;

/// <summary>One thing that may happen to a client.</summary>
/// <param name="Name">Of its row in the table.</param>
/// <param name="PlayAsync">Lets it happen, checks it, and says what the client saw.</param>
/// <param name="Settings">Of the case's server.</param>
internal sealed record ClientCase(string Name, Func<ClientScene, Task<string>> PlayAsync, params (string Key, string Value)[] Settings)
{
    public static IReadOnlyList<ClientCase> All { get; } =
        [.. FinishedCases.All, .. AbortedCases.All, .. SupersededCases.All, .. RefusedCases.All, .. FailedCases.All];
}
