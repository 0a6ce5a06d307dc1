using System.Text;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class BadBodyTests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Messages = "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]";

    /// <summary>Bodies and the field that the error must name.</summary>
    public static TheoryData<string, string?> Bodies => new()
    {
        { "", null },
        { "   ", null },
        { "{", null },
        { "{\"prompt\":\"x\"} trailing", null },
        { "{\"prompt\":\"x\",}", null },
        { "{'prompt':'x'}", null },
        { "// no\n{\"prompt\":\"x\"}", null },
        { "{\"prompt\":NaN}", null },
        { "[]", null },
        { "null", null },
        { "\"prompt\"", null },
        { "{}", "messages" },
        { "{\"messages\":null}", "messages" },
        { "{\"messages\":[]}", "messages" },
        { "{\"messages\":{}}", "messages" },
        { "{\"messages\":\"x\"}", "messages" },
        { "{\"messages\":[1]}", "messages[0]" },
        { "{\"messages\":[{}]}", "messages[0].role" },
        { "{\"messages\":[{\"role\":\"user\",\"content\":\"x\"},{\"role\":7}]}", "messages[1].role" },
        { "{\"messages\":[{\"role\":\"user\",\"content\":7}]}", "messages[0].content" },
        { "{\"messages\":[{\"role\":\"user\",\"content\":{}}]}", "messages[0].content" },
        { "{\"prompt\":[\"x\"]}", "prompt" },
        { "{\"prompt\":\"\"}", "prompt" },
        { "{\"prompt\":7}", "prompt" },
        { $"{{\"prompt\":\"x\",{Messages}}}", "prompt" },
        { $"{{{Messages},\"model\":7}}", "model" },
        { $"{{{Messages},\"stream\":\"yes\"}}", "stream" },
        { $"{{{Messages},\"stream\":1}}", "stream" },
        { $"{{{Messages},\"n\":0}}", "n" },
        { $"{{{Messages},\"n\":-1}}", "n" },
        { $"{{{Messages},\"n\":1.5}}", "n" },
        { $"{{{Messages},\"n\":\"1\"}}", "n" },
        { $"{{{Messages},\"n\":99999999999}}", "n" },
        { $"{{{Messages},\"stream\":false,\"stream\":true}}", null },
        { $"{{{Messages},{Messages}}}", null },
        { $"{{{Messages},\"x\":{{\"a\":1,\"a\":2}}}}", null },
        { $"{{{Messages},\"x\":{new string('[', 1001)}{new string(']', 1001)}}}", null },
        { new string('[', 100_000), null },
        { "{\"prompt\":\"\\ud800\"}", null },
        { "{\"messages\":[{\"role\":\"user\",\"content\":\"a\\udc00b\"}]}", null },
        { $"{{{Messages},\"x\":[{{\"\\ud83d\":1}}]}}", null },
        { "{\"prompt\":\"a\nb\"}", null },
        { "{\"prompt\":\"x\",\"model\":\"x\\nstream_end trace=forged\"", null },
    };

    [Theory]
    [MemberData(nameof(Bodies))]
    public Task A_body_that_cannot_be_understood_gives_400_that_names_the_field(string body, string? param) =>
        IsRefusedAsync(Encoding.UTF8.GetBytes(body), param);

    public static TheoryData<byte[]> NotUtf8 =>
    [
        [.. "{\"prompt\":\""u8, 0xc3, 0x28, .. "\"}"u8],
        [.. "{\"prompt\":\""u8, 0xed, 0xa0, 0x80, .. "\"}"u8],
        [.. "{\"prompt\":\""u8, 0xc0, 0xaf, .. "\"}"u8],
        [.. "{\"prompt\":\"x\",\""u8, 0xff, .. "\":1}"u8],
        Encoding.Unicode.GetPreamble().Concat(Encoding.Unicode.GetBytes("{\"prompt\":\"x\"}")).ToArray(),
        Encoding.BigEndianUnicode.GetBytes("{\"prompt\":\"x\"}"),
        Encoding.UTF32.GetBytes("{\"prompt\":\"x\"}"),
        [0, 0, 0],
        [0xef, 0xbb, 0xbf],
        [0xef, 0xbb],
    ];

    [Theory]
    [MemberData(nameof(NotUtf8))]
    public Task A_body_that_is_no_UTF_8_gives_400(byte[] body) => IsRefusedAsync(body, null);

    [Fact]
    public async Task A_byte_order_mark_before_the_body_is_no_fault()
    {
        using var client = await RawClient.PostChatAsync(both.Server, "\ufeff" + ServerWithUpstream.Chat(stream: false));
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", """{"choices":[{"message":{"content":"x"},"finish_reason":"stop"}]}""");

        Assert.Equal(200, (await client.ReadAnswerAsync()).Status);
        Assert.StartsWith("{", call.Body);
        await Books.BalancedAsync(both.Server);
    }

    private async Task IsRefusedAsync(byte[] body, string? param)
    {
        var answer = await Rejected.AssertAsync(both, 400, client => client.SendAsync(
            [.. Encoding.ASCII.GetBytes($"POST /v1/chat/completions HTTP/1.1\r\nHost: localhost\r\nContent-Length: {body.Length}\r\n\r\n"), .. body]));

        Assert.Equal(param, answer.Error.GetProperty("param").GetString());
        Assert.Equal("invalid_request", answer.Error.GetProperty("code").GetString());
    }
}
