using StreamActors.Conformance;

namespace StreamActors.Server.Tests.Conformance;

/// <summary>The kit's command line.</summary>
public class OptionsTests
{
    public static TheoryData<string[]> NotUnderstood => new(
        [],
        ["--json"],
        ["not an address"],
        ["ftp://127.0.0.1"],
        ["http://127.0.0.1:1", "http://127.0.0.1:2"],
        ["http://127.0.0.1:1", "--model"],
        ["http://127.0.0.1:1", "--key", "a\r\nb"],
        ["http://127.0.0.1:1", "--session-header", "X Session"],
        ["http://127.0.0.1:1", "--backend-port", "0"],
        ["http://127.0.0.1:1", "--backend-port", "70000"],
        ["http://127.0.0.1:1", "--within", "0"],
        ["http://127.0.0.1:1", "--within", "3601"],
        ["http://127.0.0.1:1", "--nonsense", "1"]);

    [Theory]
    [InlineData("http://127.0.0.1:8000", "http://127.0.0.1:8000/v1/")]
    [InlineData("http://127.0.0.1:8000/", "http://127.0.0.1:8000/v1/")]
    [InlineData("https://chat.example/v1", "https://chat.example/v1/")]
    [InlineData("https://chat.example/openai/v1/", "https://chat.example/openai/v1/")]
    [InlineData("https://chat.example/openai?x=1", "https://chat.example/openai/v1/")]
    public void An_address_may_be_given_with_or_without_its_version(string given, string expected)
    {
        Assert.True(ConformanceOptions.TryParse([given], out var options));
        Assert.Equal(expected, options.Server.ToString());
    }

    [Fact]
    public void Every_option_is_read()
    {
        Assert.True(ConformanceOptions.TryParse(
            ["http://127.0.0.1:1", "--key", "k", "--model", "m", "--backend-port", "9", "--session-header", "X-Chat", "--within", "90", "--json"], out var options));

        Assert.Equal(("k", "m", 9, "X-Chat", TimeSpan.FromSeconds(90), true),
            (options.Key, options.Model, options.BackendPort, options.SessionHeader, options.Within, options.Json));
    }

    [Theory]
    [MemberData(nameof(NotUnderstood))]
    public void What_is_not_understood_is_refused(string[] args) => Assert.False(ConformanceOptions.TryParse(args, out _));
}
