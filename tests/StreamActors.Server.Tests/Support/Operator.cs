using System.Text;
using System.Text.Json;

namespace StreamActors.Server.Tests.Support;

/// <summary>Commands to a server, as its tools send them.</summary>
internal static class Operator
{
    public const string Path = "/ops/v1/commands";

    /// <summary>Sends a command with the operator key, and with more headers.</summary>
    public static async Task<(int Status, JsonElement Body)> OperateAsync(
        this TestServer server, string command, string? target = null, string? key = null, params (string Name, string Value)[] headers)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, Path);
        request.Content = new StringContent(JsonSerializer.Serialize(new { command, target, user = "tester" }), Encoding.UTF8);
        request.Headers.Add("Authorization", $"Bearer {key ?? server.OperatorKey}");
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        using var answer = await server.Http.SendAsync(request);
        return ((int)answer.StatusCode, JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement);
    }

    /// <summary>The code of an error.</summary>
    public static string? CodeOf(JsonElement body) => body.GetProperty("error").GetProperty("code").GetString();
}
