using System.Net.Http.Headers;
using System.Text.Json;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Board;

/// <summary>Watches the board as a program would.</summary>
internal sealed class BoardClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly HttpResponseMessage _answer;
    private readonly StreamReader _lines;

    private BoardClient(HttpResponseMessage answer, Stream body) => (_answer, _lines) = (answer, new StreamReader(body));

    public HttpResponseMessage Answer => _answer;

    public static async Task<BoardClient> WatchAsync(TestServer server, string? key = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/v1/board");
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        var answer = await server.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        return new BoardClient(answer, await answer.Content.ReadAsStreamAsync());
    }

    /// <summary>The next message; null at the proper end of the feed.</summary>
    public async Task<(string Name, JsonElement Data)?> NextAsync()
    {
        using var bound = new CancellationTokenSource(Patience);
        var name = "";
        while (await _lines.ReadLineAsync(bound.Token) is { } line)
        {
            if (line.StartsWith("event: ", StringComparison.Ordinal))
                name = line[7..];
            else if (line.StartsWith("data: ", StringComparison.Ordinal))
                return (name, JsonElement.Parse(line[6..]));
        }

        return null;
    }

    /// <summary>The next line of any kind.</summary>
    public async Task<string?> LineAsync()
    {
        using var bound = new CancellationTokenSource(Patience);
        return await _lines.ReadLineAsync(bound.Token);
    }

    /// <summary>All events up to the one with that name.</summary>
    public async Task<IReadOnlyList<JsonElement>> EventsUntilAsync(string name)
    {
        var events = new List<JsonElement>();
        while (!events.Any(e => e.GetProperty("event").GetString() == name))
            events.AddRange((await NextAsync())!.Value.Data.GetProperty("events").EnumerateArray());
        return events;
    }

    public void Dispose()
    {
        _lines.Dispose();
        _answer.Dispose();
    }
}
