using System.Net.Http.Headers;
using System.Text;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends.Upstream;

public class UpstreamSecretsTests
{
    private const string Key = "gsk_0123456789abcdef";
    private const string CallersKey = "callers-own-key-1";

    [Theory]
    [InlineData("no route to http://gpu-7.example.com:8000/v1/chat/completions now", "no route to [model server] now")]
    [InlineData("GPU-7.example.com is busy", "[model server] is busy")]
    [InlineData("my-gpu-7.example.com.org and gpu-7.example.community are others", "my-gpu-7.example.com.org and gpu-7.example.community are others")]
    [InlineData("see https://platform.openai.com/account for more", "see https://platform.openai.com/account for more")]
    [InlineData("dial tcp 10.1.2.3:11434: connect: connection refused", "dial tcp [model server]: connect: connection refused")]
    [InlineData("127.0.0.1, 192.168.1.9:80 and 172.20.0.3", "[model server], [model server] and [model server]")]
    [InlineData("version 10.1.2 of 8.8.8.8, 172.15.0.1, 10.0.0.1000", "version 10.1.2 of 8.8.8.8, 172.15.0.1, 10.0.0.1000")]
    [InlineData("Cannot connect to host [fd00::12]:8080", "Cannot connect to host [model server]")]
    [InlineData("http://vllm:8000/v1 and vllm.default.svc:80 and llm.internal:1 and localhost:8000", "[model server] and [model server] and [model server] and [model server]")]
    [InlineData("localhost is no secret, nor is a list [1, 2]", "localhost is no secret, nor is a list [1, 2]")]
    [InlineData("bad key " + Key + "!", "bad key [hidden]!")]
    [InlineData("your key: Callers-OWN-key-1", "your key: [hidden]")]
    [InlineData("team header team-4711-secret", "team header [hidden]")]
    [InlineData("Incorrect API key provided: sk-proj-*****abcd.", "Incorrect API key provided: [hidden]")]
    [InlineData("sent Authorization: Bearer abcdefgh1234==", "sent Authorization: Bearer [hidden]")]
    [InlineData("GET /v1?api_key=abcdefgh1234&x=1", "GET /v1?api_key=[hidden]&x=1")]
    [InlineData("It broke. Traceback (most recent call last): File x, line 1", "It broke.")]
    [InlineData("java.lang.IllegalStateException: full  at com.example.Model.run(Model.java:10)  at x.Y.z(Y.java:2)", "java.lang.IllegalStateException: full")]
    [InlineData("look at this (please), and at home (2:30)", "look at this (please), and at home (2:30)")]
    public void An_address_and_a_key_leave_the_words_and_all_else_stays(string said, string seen) => Assert.Equal(seen, Secrets().Hide(said));

    [Fact]
    public void A_host_that_is_one_word_is_an_address_only_with_a_port_or_a_scheme()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://ollama:11434/v1/") };

        Assert.Equal("ollama says that [model server] and [model server] fail", UpstreamSecrets.Of(http).Hide("ollama says that ollama:11434 and http://ollama/api fail"));
    }

    [Fact]
    public void Words_that_are_nothing_else_are_none()
    {
        Assert.Null(Secrets().Hide("Traceback (most recent call last): x"));
        var all = Secrets().Hide(new UpstreamErrorBody(null) { Type = Key, Code = "gpu-7.example.com", Param = Key });
        Assert.Equal((null, "[hidden]", "[model server]", "[hidden]"), (all.Message, all.Type, all.Code, all.Param));
    }

    [Theory]
    [InlineData(" ")]
    [InlineData("-")]
    [InlineData("a-")]
    [InlineData("[:")]
    [InlineData("http://a.")]
    [InlineData(" at a.")]
    [InlineData("10.")]
    [InlineData("Bearer ")]
    public async Task However_long_the_words_are_they_are_read_in_no_time(string part)
    {
        var words = string.Concat(Enumerable.Repeat(part, 256 * 1024 / part.Length)) + "!";

        await Task.Run(() => (Secrets().Hide(words), UpstreamErrorBody.Read(Encoding.UTF8.GetBytes(words)))).WaitAsync(TimeSpan.FromSeconds(10));
    }

    [Theory]
    [InlineData("x")]
    [InlineData("€")]
    [InlineData("\U0001F600")]
    public void A_text_too_long_keeps_its_beginning_and_its_end(string sign)
    {
        var text = "It begins " + string.Concat(Enumerable.Repeat(sign, 60_000 / sign.Length)) + " maximum context length";

        var message = Secrets().Hide(text)!;

        Assert.InRange(Encoding.UTF8.GetByteCount(message), 16_000, 16 * 1024);
        Assert.StartsWith("It begins " + sign, message, StringComparison.Ordinal);
        Assert.EndsWith(sign + " maximum context length", message, StringComparison.Ordinal);
        Assert.DoesNotContain('\uFFFD', message);
    }

    private static UpstreamSecrets Secrets()
    {
        using var http = new HttpClient { BaseAddress = new Uri("http://gpu-7.example.com:8000/v1/") };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", Key);
        http.DefaultRequestHeaders.Add("X-Team", "team-4711-secret");
        using var sent = new HttpRequestMessage();
        sent.Headers.Authorization = new AuthenticationHeaderValue("Bearer", CallersKey);
        return UpstreamSecrets.Of(http, sent);
    }
}
