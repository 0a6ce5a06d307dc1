using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>What of a backend's address, key, headers and certificates is obeyed, and what is refused with its name.</summary>
public sealed class UpstreamSettingsTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("streamactors-ca-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    // addresses
    [InlineData("Url", "127.0.0.1:8000", "Url: is needed: an absolute http or https address")]
    [InlineData("Url", "models.example/v1", "Url: is needed: an absolute http or https address")]
    [InlineData("Url", "ftp://h", "Url: is needed: an absolute http or https address")]
    [InlineData("Url", "http://h/api/chat", "Url: is an endpoint of Ollama's own protocol: set Type to Ollama")]
    [InlineData("Url", "http://h/api/tags/", "Url: is an endpoint of Ollama's own protocol")]
    [InlineData("Url", "http://h/v1 # the big one", "Url: has white space within")]
    [InlineData("Url", "http://h/v1\nhttp://sk-a/v1", "Url: has white space within")]
    [InlineData("Url", "http://user:sk-a@h:port/v1", "Url: it is not an address")]
    [InlineData("Url", "http://h:999999/v1?key=sk-a", "Url: it is not an address")]
    // keys
    [InlineData("ApiKey", "sk-a\nbc", "ApiKey: has a line end within")]
    [InlineData("ApiKey", "sk-a\r\nbc", "ApiKey: has a line end within")]
    [InlineData("ApiKey", "sk-abc…", "ApiKey: has an ellipsis (one character, U+2026) at position 7")]
    [InlineData("ApiKey", "sk-ab\u00a0c", "ApiKey: has a character that is not ASCII (U+00A0) at position 6")]
    [InlineData("ApiKey", "\u201csk-abc\u201d", "ApiKey: has a character that is not ASCII (U+201C) at position 1")]
    [InlineData("ApiKey", "\ufeffsk-abc", "ApiKey: has a character that is not ASCII (U+FEFF) at position 1")]
    [InlineData("ApiKey", "sk abc", "ApiKey: has a space at position 3")]
    [InlineData("ApiKey", "sk\tabc", "ApiKey: has a control character at position 3")]
    [InlineData("ApiKey", "sk\u0000abc", "ApiKey: has a control character at position 3")]
    [InlineData("ApiKey", "\"sk-abc\"", "ApiKey: stands in quotes")]
    [InlineData("ApiKey", "'sk-abc'", "ApiKey: stands in quotes")]
    [InlineData("ApiKey", "Bearer sk-abc", "ApiKey: begins with 'Bearer'")]
    // headers
    [InlineData("Headers:X Title", "sk-abc", "Headers:X Title: is not the name of a header")]
    [InlineData("Headers:X-Ümlaut", "sk-abc", "Headers:X-Ümlaut: is not the name of a header")]
    [InlineData("Headers:Content-Length", "5", "Headers:Content-Length: is set by the server itself")]
    [InlineData("Headers:transfer-encoding", "chunked", "Headers:transfer-encoding: is set by the server itself")]
    [InlineData("Headers:Connection", "close", "Headers:Connection: is set by the server itself")]
    [InlineData("Headers:traceparent", "00", "Headers:traceparent: is set by the server itself")]
    [InlineData("Headers:Content-Language", "de", "Headers:Content-Language: describes a body")]
    [InlineData("Headers:expires", "0", "Headers:expires: describes a body")]
    [InlineData("Headers:X-Title", "", "Headers:X-Title: has no value")]
    [InlineData("Headers:X-Title", "a\nsk-abc", "Headers:X-Title: has a line end or a character that is not printable ASCII")]
    [InlineData("Headers:X-Title", "sk-abc…", "Headers:X-Title: has a line end or a character that is not printable ASCII")]
    [InlineData("Headers:X-Title:More", "a", "Headers:X-Title: takes one value, not a group")]
    [InlineData("PassHeaders", "Authorization", "PassHeaders: 'Authorization' is passed on by PassCallerKey")]
    [InlineData("PassHeaders", "X-API-Key", "PassHeaders: 'X-API-Key' is passed on by PassCallerKey")]
    [InlineData("PassHeaders", "cookie", "PassHeaders: 'cookie' is between the caller and this server")]
    [InlineData("PassHeaders", "X-Title, Host", "PassHeaders: 'Host' is between the caller and this server")]
    [InlineData("PassHeaders", "X-Forwarded-For", "PassHeaders: 'X-Forwarded-For' is between the caller and this server")]
    [InlineData("PassHeaders", "Connection", "PassHeaders: 'Connection' is set by the server itself")]
    [InlineData("PassHeaders", "content-language", "PassHeaders: 'content-language' describes a body")]
    [InlineData("PassHeaders", "Last-Modified", "PassHeaders: 'Last-Modified' describes a body")]
    [InlineData("PassHeaders", "X Title", "PassHeaders: 'X Title' is not the name of a header")]
    // certificates
    [InlineData("CaFile", "", "CaFile: names no file: leave it out")]
    [InlineData("CaFile", "FOLDER/missing.pem", "CaFile: cannot be read: ")]
    [InlineData("CaFile", "FOLDER", "CaFile: cannot be read: ")]
    [InlineData("CaFile", "FOLDER/empty.pem", "CaFile: holds no certificate")]
    [InlineData("CaFile", "FOLDER/broken.pem", "CaFile: is not PEM")]
    [InlineData("CaFile", "FOLDER/der.crt", "CaFile: holds no certificate")]
    public void Is_refused_by_its_name_and_never_said(string setting, string value, string fault)
    {
        File.WriteAllText(Path.Combine(_folder, "empty.pem"), "");
        File.WriteAllText(Path.Combine(_folder, "broken.pem"), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        File.WriteAllBytes(Path.Combine(_folder, "der.crt"), [0x30, 0x82, 1, 2]);

        var faults = Faults((setting, value.Replace("FOLDER", _folder, StringComparison.Ordinal)));

        Assert.StartsWith($"Backends:up:{fault}", Assert.Single(faults));
        Assert.DoesNotContain("sk-a", faults[0]);
    }

    [Theory]
    [InlineData("ApiKey", "sk-abc\n")]
    [InlineData("ApiKey", "\r\n sk-abc \r\n")]
    [InlineData("ApiKey", "")]
    [InlineData("ApiKey", " ")]
    [InlineData("ApiKey", "EMPTY")]
    [InlineData("ApiKey", "a:b/c+d=e|f~g\"h")]
    [InlineData("Headers:X-Title", " My app ")]
    [InlineData("Headers:api-key", "sk-abc")]
    [InlineData("Headers:Authorization", "Token sk-abc")]
    [InlineData("Headers:Host", "models.example")]
    [InlineData("Headers:User-Agent", "Mine/1")]
    [InlineData("Headers:ETag", "x")]
    [InlineData("PassHeaders", "HTTP-Referer, X-Title, OpenAI-Organization, OpenAI-Project, OpenAI-Beta, anthropic-version")]
    [InlineData("Url", "http://user:pass@h/v1?key=1#x")]
    public void Is_taken(string setting, string value) => Assert.Empty(Faults((setting, value)));

    [Fact]
    public void A_file_of_certificates_is_taken() => Assert.Empty(Faults(("CaFile", TestCertificate.CertificateFile)));

    [Theory]
    [InlineData("Url", "http://sk-a:b@h/v1", "Url: has a user in it, and ApiKey is set too")]
    [InlineData("Headers:authorization", "Token sk-abc", "Headers:authorization: and ApiKey")]
    public void Two_ways_to_say_who_asks_are_one_too_many(string setting, string value, string fault) =>
        Assert.StartsWith($"Backends:up:{fault}", Assert.Single(Faults(("ApiKey", "key"), (setting, value))));

    [Theory]
    [InlineData("Demo", "Url", "http://h")]
    [InlineData("Demo", "ApiKey", "sk-abc")]
    [InlineData("Demo", "Headers:X-Title", "x")]
    [InlineData("Demo", "PassHeaders", "X-Title")]
    [InlineData("ChatClient", "CaFile", "ca.pem")]
    public void A_backend_that_is_not_reached_by_HTTP_has_no_use_for_them(string type, string setting, string value) => Assert.Equal(
        $"Backends:up:{setting.Split(':')[0]}: has no effect on the type {type}",
        Assert.Single(SettingsTests.FaultsOf(("Backends:up:Type", type), ($"Backends:up:{setting}", value))));

    private static IReadOnlyList<string> Faults(params (string Setting, string Value)[] settings) => SettingsTests.FaultsOf(
    [
        ("Backends:up:Type", "OpenAiCompatible"), .. settings.Any(s => s.Setting == "Url") ? Array.Empty<(string, string)>() : [("Backends:up:Url", "http://h/v1")],
        .. settings.Select(s => ($"Backends:up:{s.Setting}", s.Value)),
    ]);
}
