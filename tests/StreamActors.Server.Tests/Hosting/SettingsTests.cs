using System.Collections;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using StreamActors.Server.Hosting;
using StreamActors.Server.Http;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Hosting;

public class SettingsTests
{
    [Fact]
    public void Every_fault_is_listed_at_once_with_its_key_and_what_is_allowed()
    {
        var faults = FaultsOf(
            ("Server:Hartbeat", "00:00:05"),
            ("Sever:Urls", "http://127.0.0.1:1"),
            ("Server:DrainTimeout", "5"),
            ("Server:Heartbeat", "00:00:00"),
            ("Server:MaxBodyBytes", "many"),
            ("Auth:Mode", "Sometimes"),
            ("Auth:Keys:a:Sha256", "abc"),
            ("Auth:Keys:b:Sha265", "abc"),
            ("Backends:up:Type", "OpenAiCompatible"),
            ("Backends:other:Type", "7"),
            ("Backends:ftp:Type", "OpenAiCompatible"),
            ("Backends:ftp:Url", "ftp://x"),
            ("Backends:none:Seed", "1"),
            ("Generations:IdleTimeout", "-00:00:01"),
            ("Sessions:CancelGrace", "1.00:00:00"),
            ("Logs:Json", "perhaps"));

        AssertOne(faults, "Server:Hartbeat: unknown setting; known here: Urls, DrainTimeout, Heartbeat");
        AssertOne(faults, "Sever: unknown setting; known here: Server, Auth, Backends");
        AssertOne(faults, "Server:DrainTimeout: '5' is not a time as hh:mm:ss");
        AssertOne(faults, "Server:Heartbeat: must be from 00:00:00.010");
        AssertOne(faults, "Server:MaxBodyBytes: 'many' is not a number");
        AssertOne(faults, "Auth:Mode: 'Sometimes' is not one of Optional, Required");
        AssertOne(faults, "Auth:Keys:a:Sha256: must be the SHA-256 of the key: 64 hex digits");
        AssertOne(faults, "Auth:Keys:b:Sha265: unknown setting; known here: Sha256");
        AssertOne(faults, "Auth:Keys:b:Sha256: is needed");
        AssertOne(faults, "Backends:up:Url: is needed");
        AssertOne(faults, "Backends:other:Type: '7' is not one of Demo, OpenAiCompatible");
        AssertOne(faults, "Backends:ftp:Url: is needed: an absolute http or https address");
        AssertOne(faults, "Backends:none:Type: is needed");
        AssertOne(faults, "Generations:IdleTimeout: must be from");
        AssertOne(faults, "Sessions:CancelGrace: must be from");
        AssertOne(faults, "Logs:Json: 'perhaps' is not true or false");
        Assert.All(faults, fault => Assert.DoesNotContain('\n', fault));
    }

    [Theory]
    [InlineData("Url", "http://127.0.0.1:11434/v1", "must be Ollama's address without /v1 or /api")]
    [InlineData("Url", "http://127.0.0.1:11434/api/", "must be Ollama's address without /v1 or /api")]
    [InlineData("Url", "ftp://127.0.0.1", "must be Ollama's address")]
    [InlineData("KeepAlive", "5 minutes", "must be a number of seconds, or a time")]
    [InlineData("KeepAlive", "", "must be a number of seconds, or a time")]
    [InlineData("Think", "hard", "must be one of true, false, low")]
    [InlineData("NumCtx", "0", "must be from 1")]
    public void A_fault_of_an_Ollamas_settings_is_said(string key, string value, string fault) => AssertOne(
        FaultsOf(("Backends:o:Type", "Ollama"), ($"Backends:o:{key}", value)), $"Backends:o:{key}: {fault}");

    [Theory]
    [InlineData("Url", "http://127.0.0.1:11434")]
    [InlineData("Url", "https://ai.example/ollama/")]
    [InlineData("KeepAlive", "-1")]
    [InlineData("KeepAlive", "1h30m")]
    [InlineData("Think", "false")]
    [InlineData("NumCtx", "16384")]
    public void An_Ollama_needs_no_settings_and_takes_its_own(string key, string value)
    {
        Assert.Empty(FaultsOf(("Backends:o:Type", "Ollama")));
        Assert.Empty(FaultsOf(("Backends:o:Type", "Ollama"), ($"Backends:o:{key}", value)));
    }

    [Theory]
    [InlineData("http://0.0.0.0:8000")]
    [InlineData("http://[::]:8000")]
    [InlineData("http://*:8000")]
    [InlineData("http://+:8000")]
    [InlineData("http://192.168.1.2:8000")]
    [InlineData("http://example.com:8000")]
    [InlineData("http://localhost.evil.example:8000")]
    [InlineData("http://127.0.0.1:8000;http://0.0.0.0:8001")]
    public void Without_required_keys_the_server_listens_on_loopback_only(string urls)
    {
        Assert.Contains("Auth:Mode", Assert.Single(FaultsOf(("Server:Urls", urls))));
        Assert.Empty(FaultsOf(("Server:Urls", urls), ("Auth:Mode", "Required"), ("Auth:Keys:a:Sha256", new string('a', 64))));
    }

    [Fact]
    public void The_key_that_everybody_knows_is_refused_where_others_can_call()
    {
        var devkey = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData("devkey"u8));
        (string, string)[] settings = [("Auth:Mode", "Required"), ("Auth:Keys:a:Sha256", devkey)];

        Assert.Contains("'devkey'", Assert.Single(FaultsOf([("Server:Urls", "http://0.0.0.0:8000"), .. settings])));
        Assert.Empty(FaultsOf([("Server:Urls", "http://127.0.0.1:8000"), .. settings]));
    }

    [Fact]
    public void A_key_may_not_have_the_name_of_the_callers_without_one() =>
        Assert.Contains("Auth:Keys:local", Assert.Single(FaultsOf(("Auth:Keys:local:Sha256", new string('a', 64)))));

    [Theory]
    [InlineData("http://127.0.0.1:8000")]
    [InlineData("http://127.9.9.9:0")]
    [InlineData("http://localhost:8000")]
    [InlineData("http://[::1]:8000;http://127.0.0.1:8000")]
    public void On_loopback_keys_may_be_optional(string urls) => Assert.Empty(FaultsOf(("Server:Urls", urls)));

    [Theory]
    [InlineData("")]
    [InlineData(";")]
    [InlineData("8000")]
    [InlineData("127.0.0.1:8000")]
    [InlineData("https://127.0.0.1:8000")]
    [InlineData("http://127.0.0.1:8000/base")]
    [InlineData("http://127.0.0.1:99999")]
    public void An_address_must_be_one(string urls) => Assert.NotEmpty(FaultsOf(("Server:Urls", urls)));

    [Fact]
    public void Required_keys_without_a_key_are_a_fault() =>
        Assert.Contains("Auth:Keys", Assert.Single(FaultsOf(("Auth:Mode", "Required"))));

    [Fact]
    public void The_shipped_file_holds_every_default_and_nothing_else()
    {
        var shipped = SettingsReader.Read(SettingsReader.Load(Repository.Root, []));
        var defaults = SettingsReader.Read(new ConfigurationBuilder().Build());

        Assert.Equal(Lines("", defaults), Lines("", shipped));
    }

    [Fact]
    public void The_shipped_file_names_every_setting()
    {
        var file = new ConfigurationBuilder().AddJsonFile(Path.Combine(Repository.Root, "config", "appsettings.json")).Build();
        foreach (var section in new object[] { new ServerOptions(), new AuthOptions(), new Sessions.SessionsOptions(), new Generations.GenerationsOptions(), new LogsOptions() })
        {
            var name = section.GetType().Name[..^"Options".Length];
            Assert.All(Settable(section), p => Assert.Contains(file.GetSection(name).GetChildren(), c => c.Key == p.Name));
        }
    }

    [Fact]
    public void The_command_line_overrides_the_file() =>
        Assert.Equal(TimeSpan.FromSeconds(7), SettingsReader.Read(SettingsReader.Load(Repository.Root, ["--Server:Heartbeat", "00:00:07"])).Server.Heartbeat);

    private static void AssertOne(IReadOnlyList<string> faults, string start) =>
        Assert.True(faults.Count(f => f.StartsWith(start, StringComparison.Ordinal)) == 1, $"Not once: {start}\n{string.Join('\n', faults)}");

    private static IReadOnlyList<string> FaultsOf(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(s => KeyValuePair.Create(s.Key, (string?)s.Value))).Build();
        return Record.Exception(() => SettingsReader.Read(configuration)) switch
        {
            null => [],
            SettingsException found => found.Faults,
            var other => throw new InvalidOperationException("Not a list of faults.", other),
        };
    }

    /// <summary>All settings as lines of path and value.</summary>
    private static IEnumerable<string> Lines(string path, object? value) => value switch
    {
        IDictionary map => map.Keys.Cast<string>().SelectMany(key => Lines($"{path}:{key}", map[key])),
        string[] list => [$"{path}={string.Join(',', list)}"],
        not null and not string and not Uri when value.GetType() is { IsClass: true } =>
            Settable(value).SelectMany(p => Lines($"{path}:{p.Name}", p.GetValue(value))),
        _ => [$"{path}={value}"],
    };

    private static IEnumerable<PropertyInfo> Settable(object options) => options.GetType().GetProperties().Where(p => p.CanWrite);
}
