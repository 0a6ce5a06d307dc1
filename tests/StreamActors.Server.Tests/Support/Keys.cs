using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Support;

/// <summary>Keys in settings, and calls made with them.</summary>
internal static class Keys
{
    public static readonly (string Key, string Value)[] Required = [("Auth:Mode", "Required")];

    /// <summary>The setting that lets a key in.</summary>
    public static (string Key, string Value) Of(string name, string key) => ($"Auth:Keys:{name}:Sha256", Hash(key));

    public static string Hash(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)));

    /// <summary>Sends a chat request and waits until the upstream has it.</summary>
    public static async Task<(RawClient Client, UpstreamCall Call)> AskAsKeyAsync(this ServerWithUpstream both, string key, string? session) =>
        (await both.Server.PostAsKeyAsync(key, session, ServerWithUpstream.Chat()), await both.Upstream.NextCallAsync());

    /// <summary>Asks and is refused by the server itself.</summary>
    public static Task<RawAnswer> RefusedAsync(this ServerWithUpstream both, string key, string? session) =>
        both.Server.AnswerAsKeyAsync(key, ServerWithUpstream.Chat(), session);

    /// <summary>Sends a chat request to a server that needs nobody's help to answer it.</summary>
    public static async Task<RawAnswer> AnswerAsKeyAsync(this TestServer server, string key, string body, string? session = null)
    {
        using var client = await server.PostAsKeyAsync(key, session, body);
        return await client.ReadAnswerAsync();
    }

    /// <summary>Asks, and goes on as soon as the answer says that it is done.</summary>
    public static async Task AnsweredAsync(this ServerWithUpstream both, string key, string? session)
    {
        using var client = await both.Server.PostAsKeyAsync(key, session, ServerWithUpstream.Chat());
        await (await both.Upstream.NextCallAsync()).AnswerAsync("one");
        await client.ReadUntilAsync("[DONE]");
    }

    /// <summary>Asks for something that is not a chat.</summary>
    public static async Task<(int Status, JsonElement Body)> CallAsKeyAsync(this TestServer server, string? key, HttpMethod method, string path)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(10));
        using var request = new HttpRequestMessage(method, path);
        if (key is not null)
            request.Headers.Add("Authorization", $"Bearer {key}");
        using var answer = await server.Http.SendAsync(request, bound.Token);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync(bound.Token)).RootElement);
    }

    /// <summary>Sends a chat request.</summary>
    public static async Task<RawClient> PostAsKeyAsync(this TestServer server, string key, string? session, string body)
    {
        var client = await RawClient.ConnectAsync(server);
        await client.PostAsync(
            "/v1/chat/completions", body, $"Authorization: Bearer {key}\r\n{(session is null ? "" : $"X-Session-Id: {session}\r\n")}");
        return client;
    }
}
