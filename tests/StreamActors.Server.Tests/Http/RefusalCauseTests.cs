using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>Of a refusal that the operator can mend the log says what to do, once, and names the setting.</summary>
public class RefusalCauseTests
{
    private const string NoSuchPath = "has no /v1/chat/completions (404): is the path in the address right?";

    [Theory]
    [InlineData("401 No", """{"error":{"message":"prompt"}}""", "sk-of-the-server", "does not take Backends:up:ApiKey (401): is the key right, and still valid?")]
    [InlineData("401 No", "", "", "asks for a key (401): set Backends:up:ApiKey.")]
    [InlineData("403 No", """{"error":{"message":"prompt","code":"1010"}}""", "sk-of-the-server", "refuses this server (403, 1010): see Backends:up:ApiKey.")]
    [InlineData("402 No", """{"error":{"message":"prompt","type":"billing_error"}}""", "", "wants to be paid (402, billing_error).")]
    [InlineData("404 No", "404 page not found", "", NoSuchPath)]
    [InlineData("404 No", """{"detail":"Not Found"}""", "", NoSuchPath)]
    [InlineData("404 No", """{"error":{"code":404,"message":"File Not Found","type":"not_found_error"}}""", "", NoSuchPath)]
    [InlineData("404 No", """{"error":{"message":"Invalid URL (POST /v1/x)","type":"invalid_request_error"}}""", "", NoSuchPath)]
    [InlineData("404 No", "<html><head><title>404 Not Found</title></head></html>", "", NoSuchPath)]
    [InlineData("404 No", """{"error":"Unexpected endpoint or method. (POST /x). Returning 200 anyway"}""", "", NoSuchPath)]
    [InlineData("404 No", "", "", NoSuchPath)]
    [InlineData("405 No", """{"detail":"Method Not Allowed"}""", "", "has no /v1/chat/completions (405): is the path in the address right?")]
    public async Task It_is_one_warning_that_names_the_setting(string status, string body, string key, string says)
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:ApiKey", key));

        await both.AnswerAsync(call => call.AnswerAsync(status, body));
        await both.AnswerAsync(call => call.AnswerAsync(status, body), stream: false);

        Assert.EndsWith($" cause=\"The server at Backends:up:Url {says}\"", Assert.Single(both.Server.Log.Of("backend_trouble")));
        Assert.All(both.Server.Log.All, line => Assert.DoesNotContain("sk-", line));
    }

    [Fact]
    public async Task A_user_in_the_address_that_is_not_taken_is_said_to_be_that()
    {
        await using var upstream = new RawUpstream();
        await using var server = await TestServer.StartAsync(
            ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", upstream.Url.Replace("http://", "http://me:secret@")), ("Backends:up:Models:0", "m"));
        using var client = await RawClient.PostChatAsync(server, ServerWithUpstream.Chat());
        await (await upstream.NextCallAsync()).AnswerAsync("401 No", "");

        Assert.Equal(502, (await client.ReadAnswerAsync()).Status);
        Assert.EndsWith("does not take the user and password in its address (401).\"", Assert.Single(server.Log.Of("backend_trouble")));
        await Books.BalancedAsync(server);
    }

    [Theory]
    [InlineData("404 No", """{"error":{"message":"The model 'x' does not exist","code":"model_not_found"}}""")]
    [InlineData("404 No", """{"error":"model 'llama' not found, try pulling it first"}""")]
    [InlineData("400 No", """{"error":{"message":"max_tokens"}}""")]
    [InlineData("429 No", "")]
    [InlineData("503 No", "")]
    [InlineData("500 No", "")]
    public async Task What_is_the_callers_affair_or_passes_by_itself_is_none(string status, string body)
    {
        await using var both = await ServerWithUpstream.StartAsync();

        await both.AnswerAsync(call => call.AnswerAsync(status, body));

        Assert.Empty(both.Server.Log.Of("backend_trouble"));
    }
}
