using System.Text.Json;

namespace StreamActors.Clients;

/// <summary>What a client is asked; only id and what to do where it is an abort.</summary>
internal sealed record Request(
    string Id, string Do, string Url, string Key, string Model, string Prompt, string? Session, bool Stream, bool Tools, int? Retries,
    bool List, bool Http2, int Repeat)
{
    /// <summary>What to ask the model.</summary>
    public string Text => string.Concat(Enumerable.Repeat(Prompt, Repeat));

    public Uri Endpoint => new($"{Url}/v1");
}

/// <summary>JSON lines, both ways.</summary>
internal static class Lines
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);
    private static readonly Lock Out = new();

    public static Request Read(string line) => JsonSerializer.Deserialize<Request>(line, Json)!;

    public static void Say<T>(T line)
    {
        var text = JsonSerializer.Serialize(line, Json);
        lock (Out)
            Console.Out.WriteLine(text);
    }
}
