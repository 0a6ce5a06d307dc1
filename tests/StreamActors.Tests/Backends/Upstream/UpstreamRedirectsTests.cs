using System.Net;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends.Upstream;

/// <summary>Which redirects are followed, and what is said of the others.</summary>
public class UpstreamRedirectsTests
{
    private const string From = "http://h:8000/v1/chat/completions";

    [Theory]
    [InlineData(307, "/v1/chat/completions/", "http://h:8000/v1/chat/completions/")] // a slash
    [InlineData(308, "/api/v1/chat/completions", "http://h:8000/api/v1/chat/completions")]
    [InlineData(307, "http://h:8000/v2/chat/completions", "http://h:8000/v2/chat/completions")]
    [InlineData(307, "http://H:8000/x", "http://h:8000/x")]
    [InlineData(307, "http://h:9000/v1/chat/completions", "http://h:9000/v1/chat/completions")]
    [InlineData(308, "https://h/v1/chat/completions", "https://h/v1/chat/completions")] // to TLS
    [InlineData(308, "//h/v1/x", "http://h/v1/x")]
    [InlineData(307, "?key=1", "http://h:8000/v1/chat/completions?key=1")]
    [InlineData(307, "https://other/v1/chat/completions", null)]
    [InlineData(307, "http://h.example/v1", null)]
    [InlineData(307, "ftp://h/v1", null)]
    [InlineData(307, "", null)]
    [InlineData(301, "/v1/chat/completions/", null)]
    [InlineData(302, "/login", null)]
    [InlineData(303, "/v1/x", null)]
    [InlineData(300, "/v1/x", null)]
    [InlineData(304, "/v1/x", null)]
    public void Goes_on_to(int status, string location, string? expected) =>
        Assert.Equal(expected, UpstreamRedirects.Next(new Uri(From), Response(status, location))?.AbsoluteUri);

    [Fact]
    public void Never_from_TLS_to_none() => Assert.Null(UpstreamRedirects.Next(new Uri("https://h/v1"), Response(307, "http://h/v1")));

    [Theory]
    [InlineData("https://h/v1/chat/completions", "https://h/v1")]
    [InlineData("https://h:8443/v1/chat/completions/", "https://h:8443/v1")]
    [InlineData("https://user:secret@h/v1/chat/completions?key=secret#x", "https://h/v1")]
    [InlineData("https://login.example/oauth?state=secret", "https://login.example/oauth")]
    [InlineData("/", "http://h:8000")]
    [InlineData("", null)]
    [InlineData("javascript:alert(1)", null)]
    public void Is_named_as_the_setting_would_hold_it(string location, string? expected) =>
        Assert.Equal(expected, UpstreamRedirects.Place(new Uri(From), new Uri("http://h:8000/v1/"), Response(301, location)));

    private static HttpResponseMessage Response(int status, string location)
    {
        var response = new HttpResponseMessage((HttpStatusCode)status);
        if (location.Length > 0)
            response.Headers.TryAddWithoutValidation("Location", location);
        return response;
    }
}
