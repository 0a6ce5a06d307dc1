using System.Text;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends.Upstream;

/// <summary>Addresses as operators write them, and where a prompt then goes.</summary>
public class UpstreamAddressTests
{
    [Theory]
    [InlineData("http://h:1", "http://h:1/v1/")]
    [InlineData("http://h:1/", "http://h:1/v1/")]
    [InlineData("http://h:1/v1", "http://h:1/v1/")]
    [InlineData("http://h:1/v1/", "http://h:1/v1/")]
    [InlineData("http://h:1/v1//", "http://h:1/v1/")]
    [InlineData(" http://h:1/v1 ", "http://h:1/v1/")]
    [InlineData("http://h:1/v1\r", "http://h:1/v1/")]
    [InlineData("http://h:1/v1\r\n", "http://h:1/v1/")]
    [InlineData("\thttp://h:1/v1\n", "http://h:1/v1/")]
    [InlineData("HTTP://H:1/v1", "http://h:1/v1/")]
    [InlineData("https://h/v1", "https://h/v1/")]
    [InlineData("https://h:443/v1", "https://h/v1/")]
    [InlineData("http://[::1]:1/v1", "http://[::1]:1/v1/")]
    [InlineData("http://h:1/v1#part", "http://h:1/v1/")]
    [InlineData("http://h:1/v1?", "http://h:1/v1/")]
    [InlineData("http://h:1/a%20b/v1", "http://h:1/a%20b/v1/")]
    [InlineData("http://h:1/v1/chat/completions", "http://h:1/v1/")]
    [InlineData("http://h:1/v1/chat/completions/", "http://h:1/v1/")]
    [InlineData("http://h:1/v1/completions", "http://h:1/v1/")]
    [InlineData("http://h:1/v1/embeddings", "http://h:1/v1/")]
    [InlineData("http://h:1/v1/responses", "http://h:1/v1/")]
    [InlineData("http://h:1/v1/models", "http://h:1/v1/")]
    [InlineData("http://h:1/V1/Chat/Completions", "http://h:1/V1/")]
    [InlineData("http://h:1/chat/completions", "http://h:1/")]
    [InlineData("http://h:1/api/v1/chat/completions", "http://h:1/api/v1/")] // OpenRouter
    [InlineData("http://h:1/openai/v1/models", "http://h:1/openai/v1/")] // Groq
    [InlineData("http://h:1/v1beta/openai/chat/completions", "http://h:1/v1beta/openai/")] // Gemini
    [InlineData("http://h:1/v1beta/openai/models", "http://h:1/v1beta/openai/")]
    [InlineData("http://h:1/api/chat/completions", "http://h:1/api/")] // Open WebUI
    [InlineData("http://h:1/models", "http://h:1/models/")] // Azure's inference: the base itself
    [InlineData("http://h:1/models/chat/completions", "http://h:1/models/")]
    [InlineData("http://h:1/engines/llama.cpp/v1", "http://h:1/engines/llama.cpp/v1/")] // Docker
    public void A_server_of_OpenAIs_protocol(string url, string expected) => Assert.Equal(expected, Of(url, UpstreamProtocol.OpenAi).Base.AbsoluteUri);

    [Theory]
    [InlineData("http://h:1", "http://h:1/")]
    [InlineData("http://h:1/", "http://h:1/")]
    [InlineData("http://h:1/v1", "http://h:1/")]
    [InlineData("http://h:1/v1/", "http://h:1/")]
    [InlineData("http://h:1/api", "http://h:1/")]
    [InlineData("http://h:1/api/", "http://h:1/")]
    [InlineData("http://h:1/api/chat", "http://h:1/")]
    [InlineData("http://h:1/api/generate", "http://h:1/")]
    [InlineData("http://h:1/api/tags/", "http://h:1/")]
    [InlineData("http://h:1/v1/chat/completions", "http://h:1/")]
    [InlineData("https://h/ollama/", "https://h/ollama/")]
    [InlineData("https://h/ollama/api/chat", "https://h/ollama/")]
    [InlineData("https://h/ollama/v1", "https://h/ollama/")]
    [InlineData("https://h/apiary", "https://h/apiary/")]
    public void An_Ollama(string url, string expected) => Assert.Equal(expected, Of(url, UpstreamProtocol.Ollama).Base.AbsoluteUri);

    [Theory]
    [InlineData("http://h/openai/deployments/x?api-version=2024-10-21", "?api-version=2024-10-21")]
    [InlineData("http://h/v1?key=a%2Fb&c=d", "?key=a%2Fb&c=d")]
    [InlineData("http://h/v1/chat/completions?api-version=1#x", "?api-version=1")]
    [InlineData("http://h?key=abc", "?key=abc")]
    [InlineData("http://h/v1", "")]
    [InlineData("http://h/v1?", "")]
    public void What_stands_behind_the_path_goes_with_every_request(string url, string expected) =>
        Assert.Equal(expected, Of(url, UpstreamProtocol.OpenAi).Query);

    [Theory]
    [InlineData("http://user:pass@h/v1", "user:pass")]
    [InlineData("http://user@h/v1", "user:")]
    [InlineData("http://:pass@h/v1", ":pass")]
    [InlineData("http://us%40er:p%3Aa%2Fss@h/v1", "us@er:p:a/ss")]
    [InlineData("http://%C3%BC:%E2%82%AC@h/v1", "ü:€")]
    [InlineData("http://h/v1", null)]
    public void User_and_password(string url, string? expected)
    {
        var address = Of(url, UpstreamProtocol.OpenAi);

        Assert.Equal(expected, address.User is null ? null : Encoding.UTF8.GetString(Convert.FromBase64String(address.User)));
        Assert.Equal("http://h/v1/", address.Base.AbsoluteUri);
    }

    private static UpstreamAddress Of(string url, UpstreamProtocol protocol) => UpstreamAddress.Of(new Uri(url, UriKind.RelativeOrAbsolute), protocol);
}
