using System.IO.Compression;
using System.Text;
using System.Text.Json;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Http.Shapes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class RequestBodyTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}]}""")]
    [InlineData("""  { "messages" : [ {"role":"user","content":[{"type":"text","text":"\u00fc ü \ud83d\ude00"}],"name":"x"} ], "model":"\u006d" , "temperature":1.0,"seed":1e0, "stream":false }  """)]
    [InlineData("""{"model":"m","messages":[{"role":"assistant","content":null,"tool_calls":[]},{"role":"tool","tool_call_id":"a"}],"x_unknown":{"deep":[1,2.50]},"n":2,"prompt":null}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":[{"type":"text","text":"What?"},{"type":"image_url","image_url":{"url":"data:image/png;base64,AQID","detail":"low"}}]}],"stop":["a","\u0062"],"max_tokens":5,"max_completion_tokens":5}""")]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"stream_options":{"include_usage":true},"tools":[{"type":"function","function":{"name":"f","parameters":{"type":"object"},"strict":true}}],"tool_choice":"auto","parallel_tool_calls":false,"response_format":{"type":"json_schema","json_schema":{"name":"n","schema":{}}}}""")]
    public async Task A_body_with_model_and_messages_reaches_the_backend_as_it_is(string body)
    {
        var call = await ReceivedAsync(body);

        Assert.Equal(Encoding.UTF8.GetBytes(body), call.BodyBytes);
        Assert.StartsWith("POST /v1/chat/completions HTTP/1.1", call.Head);
        Assert.Contains("Content-Type: application/json", call.Head);
    }

    [Fact]
    public async Task The_short_form_becomes_one_user_message_and_unknown_fields_are_kept()
    {
        var call = await ReceivedAsync("""{"prompt":"Grüße \"x\"\n","temperature":1.0,"x":[1e-7],"stream":false}""");

        var json = JsonDocument.Parse(call.Body).RootElement;
        var message = Assert.Single(json.GetProperty("messages").EnumerateArray());
        Assert.Equal("m", json.GetProperty("model").GetString());
        Assert.Equal(("user", "Grüße \"x\"\n"), (message.GetProperty("role").GetString(), message.GetProperty("content").GetString()));
        Assert.False(json.TryGetProperty("prompt", out var _));
        Assert.Equal(("1.0", "[1e-7]"), (json.GetProperty("temperature").GetRawText(), json.GetProperty("x").GetRawText()));
    }

    [Theory]
    [InlineData("""{"messages":[{"role":"user","content":"Hi"}],"x":1.0}""")]
    [InlineData("""{"model":null,"messages":[{"role":"user","content":"Hi"}],"x":1.0}""")]
    [InlineData("""{"model":"","messages":[{"role":"user","content":"Hi"}],"x":1.0}""")]
    [InlineData("""{"model":"up","messages":[{"role":"user","content":"Hi"}],"x":1.0}""")]
    public async Task A_request_without_a_model_or_with_a_backends_name_gets_the_default_model(string body)
    {
        var json = JsonDocument.Parse((await ReceivedAsync(body)).Body).RootElement;

        Assert.Equal("m", Assert.Single(json.EnumerateObject(), p => p.Name == "model").Value.GetString());
        Assert.Equal("""[{"role":"user","content":"Hi"}]""", json.GetProperty("messages").GetRawText());
        Assert.Equal("1.0", json.GetProperty("x").GetRawText());
    }

    /// <summary>Most clients read only when they have sent all: a reset meanwhile would hide from them why.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_client_that_sends_far_too_much_before_it_reads_still_learns_so(bool chunked)
    {
        const int Size = 24 * 1024 * 1024;
        var framing = chunked ? $"Transfer-Encoding: chunked\r\n\r\n{Size:x}\r\n" : $"Content-Length: {Size}\r\n\r\n";
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.SendAsync($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\n{framing}");
        await client.SendAsync(new byte[Size]);
        if (chunked)
            await client.SendAsync("\r\n0\r\n\r\n");

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((413, true), (answer.Status, answer.Finished));
        Assert.Equal("body_too_large", answer.Error.GetProperty("code").GetString());
    }

    /// <summary>What is between the client and this server is not said to the next.</summary>
    [Fact]
    public async Task A_packed_body_reaches_the_backend_unpacked()
    {
        var body = ServerWithUpstream.Chat(stream: false, prompt: new string('x', 100_000));
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            gzip.Write(Encoding.UTF8.GetBytes(body));
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.SendAsync(
        [
            .. Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Encoding: gzip\r\nContent-Length: {packed.ToArray().Length}\r\n\r\n"),
            .. packed.ToArray(),
        ]);
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", """{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""");

        Assert.Equal(body, call.Body);
        Assert.DoesNotContain("Content-Encoding", call.Head);
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    [Theory]
    [InlineData("""{"model":"m","messages":[{"role":"user","content":"Hi"}],"x":DEEP}""")]
    [InlineData("""{"prompt":"Hi","x":DEEP}""")]
    [InlineData("""{"messages":[{"role":"user","content":[{"type":"text","text":"Hi","x":DEEP}]}]}""")]
    public async Task What_is_nested_deeply_reaches_the_backend_as_it_is(string body)
    {
        var deep = BodyShapes.Nested(990);

        var call = await ReceivedAsync(body.Replace("DEEP", deep, StringComparison.Ordinal));

        Assert.Contains($"\"x\":{deep}", call.Body);
    }

    [Fact]
    public async Task The_callers_key_does_not_reach_the_backend()
    {
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/chat/completions", ServerWithUpstream.Chat(stream: false), "Authorization: Bearer devkey\r\nCookie: a=b\r\n");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", """{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""");

        Assert.DoesNotContain("devkey", call.Head);
        Assert.DoesNotContain("Cookie", call.Head);
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
    }

    private async Task<UpstreamCall> ReceivedAsync(string body)
    {
        using var client = await RawClient.PostChatAsync(both.Server, body);
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", """{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""");
        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        return call;
    }
}
