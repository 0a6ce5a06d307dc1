using System.Text.Json;

namespace StreamActors.Conformance.Client;

/// <summary>Which model the prompts name.</summary>
internal static class ServedModel
{
    /// <summary>As the instrumented model server calls itself.</summary>
    private const string Instrumented = "instrumented";

    private static readonly TimeSpan OfOneCall = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(250);

    /// <summary>
    /// Chooses one where none was asked for: with the kit's model server its model, for which a server that has just begun to see
    /// it is waited for; else the first of the server's list; none where it has no list.
    /// </summary>
    /// <exception cref="HttpRequestException">The server cannot be reached.</exception>
    public static async Task ChooseAsync(ChatClient client, bool instrumented)
    {
        var names = await ListAsync(client);
        if (client.Model is not null)
            return;
        if (!instrumented)
        {
            client.Model = names.FirstOrDefault();
            return;
        }

        client.Model = Instrumented;
        for (var i = 0; i < 60 && names.Count > 0 && !names.Contains(Instrumented); i++)
        {
            await Task.Delay(BetweenLooks);
            names = await ListAsync(client);
        }
    }

    private static async Task<IReadOnlyList<string>> ListAsync(ChatClient client)
    {
        using var bound = new CancellationTokenSource(OfOneCall);
        try
        {
            return await client.GetAsync("models", bound.Token) is { } page && page.TryGetProperty("data", out var data)
                && data.ValueKind == JsonValueKind.Array
                ? [.. data.EnumerateArray().Where(m => m.ValueKind == JsonValueKind.Object && m.TryGetProperty("id", out _))
                    .Select(m => m.GetProperty("id").ToString())]
                : [];
        }
        catch (OperationCanceledException)
        {
            // It was reached; that it does not answer is for the checks to say.
            return [];
        }
    }
}
