using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>What a browser does for a page of a configured origin, and for one whose name was made to point here.</summary>
public class OtherPagesTests
{
    [Fact]
    public async Task A_configured_page_may_ask_first_and_read_the_answer()
    {
        await using var server = await TestServer.StartAsync(("Server:AllowedOrigins:0", "https://chat.example"));
        using var preflight = new HttpRequestMessage(HttpMethod.Options, "/v1/chat/completions");
        preflight.Headers.Add("Origin", "https://chat.example");
        preflight.Headers.Add("Access-Control-Request-Method", "POST");
        preflight.Headers.Add("Access-Control-Request-Headers", "authorization,x-session-id");
        using var read = new HttpRequestMessage(HttpMethod.Get, "/v1/models");
        read.Headers.Add("Origin", "https://chat.example");

        using var allowed = await server.Http.SendAsync(preflight);
        using var answer = await server.Http.SendAsync(read);

        Assert.Equal("https://chat.example", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("authorization", Assert.Single(allowed.Headers.GetValues("Access-Control-Allow-Headers")));
        Assert.Equal("https://chat.example", Assert.Single(answer.Headers.GetValues("Access-Control-Allow-Origin")));
        Assert.Contains("X-Trace-Id", string.Join(',', answer.Headers.GetValues("Access-Control-Expose-Headers")));
    }

    [Fact]
    public async Task While_keys_are_optional_a_foreign_name_for_this_machine_is_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var read = new HttpRequestMessage(HttpMethod.Get, "/v1/sessions");
        read.Headers.Host = $"evil.example:{server.Address.Port}";

        using var answer = await server.Http.SendAsync(read);

        Assert.Equal(403, (int)answer.StatusCode);
        Assert.Contains("host_not_allowed", await answer.Content.ReadAsStringAsync());
    }
}
