using System.Collections;
using System.Reflection;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Hosting;
using StreamActors.Server.Http;
using StreamActors.Server.Http.Operators;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Hosting;

public class SettingsTests
{
    [Fact]
    public void A_word_of_the_command_line_that_sets_nothing_is_a_fault_like_others()
    {
        string[] args = ["--Logs:Json", "true", "secret", "/Auth:Mode=Sometimes", "-x", "--Server:Heartbeat=00:00:05", "--nope"];
        var faults = Assert.Throws<SettingsException>(() => SettingsReader.Read(SettingsReader.Load(Path.GetTempPath(), args), args: args)).Faults;
        Assert.Collection(
            faults,
            word => Assert.StartsWith("word 3 of the command line sets nothing", word),
            dash => Assert.StartsWith("word 5 of the command line sets nothing", dash),
            last => Assert.StartsWith("--nope: has no value", last),
            mode => Assert.StartsWith("Auth:Mode", mode));
    }

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
            ("Auth:Keys:c:Sha256", new string('c', 64)),
            ("Auth:Keys:c:MaxStreams", "0"),
            ("Auth:Keys:c:PromptsPerMinute", "many"),
            ("Kestrel:Limits:MaxConcurrentConnections", "1"),
            ("Backends:demo:Type", "Demo"),
            ("Backends:demo:PassCallerKey", "true"),
            ("Backends:up:Type", "OpenAiCompatible"),
            ("Backends:other:Type", "7"),
            ("Backends:ftp:Type", "OpenAiCompatible"),
            ("Backends:ftp:Url", "ftp://x"),
            ("Backends:none:Seed", "1"),
            ("Generations:IdleTimeout", "-00:00:01"),
            ("Sessions:CancelGrace", "1.00:00:00"),
            ("Operations:Sha256", "abc"),
            ("Operations:PbmPort", "0"),
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
        AssertOne(faults, "Auth:Keys:c:MaxStreams: must be from 1 to 1000000");
        AssertOne(faults, "Auth:Keys:c:PromptsPerMinute: 'many' is not a number");
        AssertOne(faults, "Kestrel:Limits: unknown setting; known here: Endpoints, EndpointDefaults, Certificates");
        AssertOne(faults, "Backends:demo:PassCallerKey: a backend of the type Demo takes no key");
        AssertOne(faults, "Backends:up:Url: is needed");
        AssertOne(faults, "Backends:other:Type: '7' is not one of Demo, OpenAiCompatible");
        AssertOne(faults, "Backends:ftp:Url: is needed: an absolute http or https address");
        AssertOne(faults, "Backends:none:Type: is needed");
        AssertOne(faults, "Generations:IdleTimeout: must be from");
        AssertOne(faults, "Sessions:CancelGrace: must be from");
        AssertOne(faults, "Operations:Sha256: must be the SHA-256 of the operator key: 64 hex digits");
        AssertOne(faults, "Operations:PbmPort: must be from 1 to 65535");
        AssertOne(faults, "Logs:Json: 'perhaps' is not true or false");
        Assert.All(faults, fault => Assert.DoesNotContain('\n', fault));
    }

    [Fact]
    public void The_operator_key_is_in_a_file_or_is_the_operators_own()
    {
        AssertOne(FaultsOf(("Operations:KeyFile", "")), "Operations:KeyFile: is needed, unless Operations:Sha256 is set");
        AssertOne(FaultsOf(("Operations:KeyFile", " "), ("Operations:Sha256", "")), "Operations:KeyFile: is needed");
        Assert.Empty(FaultsOf(("Operations:KeyFile", ""), ("Operations:Sha256", new string('a', 64))));
    }

    [Theory]
    [InlineData("Server", "http://127.0.0.1:8000")]
    [InlineData("Auth:Keys", "abc")]
    [InlineData("Auth:Keys:a", "abc")]
    [InlineData("Backends", "demo")]
    [InlineData("Backends:demo", "Demo")]
    [InlineData("Kestrel", "x")]
    [InlineData("Kestrel:Endpoints", "http://127.0.0.1:8000")]
    [InlineData("Kestrel:Endpoints:Http", "http://127.0.0.1:8000")]
    [InlineData("Kestrel:Certificates:Default", "cert.pem")]
    public void A_value_in_the_place_of_a_group_is_a_fault(string group, string value) =>
        AssertOne(FaultsOf((group, value)), $"{group}: takes a group of settings, not one value");

    [Fact]
    public void What_a_section_says_itself_is_listed_beside_values_out_of_range()
    {
        var faults = FaultsOf(
            ("Telemetry:TraceShare", "2"), ("Telemetry:OtlpEndpoint", "ftp://x"), ("Telemetry:OtlpHeaders", "a"),
            ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:MaxDetached", "-1"));

        AssertOne(faults, "Telemetry:TraceShare: must be from 0 to 1");
        AssertOne(faults, "Telemetry:OtlpEndpoint: must be an absolute http or https address");
        AssertOne(faults, "Telemetry:OtlpHeaders: must be name=value");
        AssertOne(faults, "Backends:up:MaxDetached: must be from");
        AssertOne(faults, "Backends:up:Url: is needed: an absolute http or https address");
    }

    [Fact]
    public void Faults_below_such_a_group_are_listed_too() =>
        Assert.Equal(2, FaultsOf(("Server", "x"), ("Server:Hartbeat", "1")).Count);

    [Fact]
    public void Every_fault_below_Kestrel_is_listed()
    {
        var faults = FaultsOf(
            ("Kestrel:Endpoints:A:Urls", "http://127.0.0.1:8000"),
            ("Kestrel:Endpoints:A:Certificate:Pat", "cert.pem"),
            ("Kestrel:Endpoints:A:Sni:a.example:Certificat:Path", "cert.pem"),
            ("Kestrel:Endpoints:A:ClientCertificateMode", "RequireCertificat"),
            ("Kestrel:Endpoints:A:SslProtocols:0", "Tls14"),
            ("Kestrel:EndpointDefaults:Url", "http://127.0.0.1:8000"),
            ("Kestrel:Certificates:Defalt:Path", "cert.pem"),
            ("Kestrel:Certificates:Default:AllowInvalid", "perhaps"));

        AssertOne(faults, "Kestrel:Endpoints:A:Urls: unknown setting; known here: ");
        AssertOne(faults, "Kestrel:Endpoints:A:Certificate:Pat: unknown setting; known here: Path, KeyPath, Password");
        AssertOne(faults, "Kestrel:Endpoints:A:Sni:a.example:Certificat: unknown setting");
        AssertOne(faults, "Kestrel:Endpoints:A:ClientCertificateMode: 'RequireCertificat' is not one of NoCertificate");
        AssertOne(faults, "Kestrel:Endpoints:A:SslProtocols: 'Tls14' is not one of ");
        AssertOne(faults, "Kestrel:EndpointDefaults:Url: unknown setting");
        AssertOne(faults, "Kestrel:Certificates:Defalt: unknown setting; known here: Default");
        AssertOne(faults, "Kestrel:Certificates:Default:AllowInvalid: 'perhaps' is not true or false");
    }

    [Fact]
    public void What_Kestrel_documents_is_taken() => Assert.Empty(FaultsOf(
        ("Kestrel:Endpoints:A:Url", "https://127.0.0.1:8000"),
        ("Kestrel:Endpoints:A:Certificate:Subject", "localhost"),
        ("Kestrel:Endpoints:A:Certificate:Store", "My"),
        ("Kestrel:Endpoints:A:Certificate:Location", "CurrentUser"),
        ("Kestrel:Endpoints:A:Certificate:AllowInvalid", "true"),
        ("Kestrel:Endpoints:A:ClientCertificateMode", "allowCertificate"),
        ("Kestrel:Endpoints:A:SslProtocols:0", "Tls12"),
        ("Kestrel:Endpoints:A:SslProtocols:1", "Tls13"),
        ("Kestrel:Endpoints:A:Sni:*.example:Certificate:Path", "cert.pfx"),
        ("Kestrel:Endpoints:A:Sni:*.example:Certificate:Password", "p"),
        ("Kestrel:EndpointDefaults:Protocols", "Http1"),
        ("Kestrel:Certificates:Default:Path", "cert.pem"),
        ("Kestrel:Certificates:Default:KeyPath", "key.pem")));

    [Fact]
    public void A_missing_chat_client_is_listed_with_the_other_faults()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(
        [
            KeyValuePair.Create("Backends:a:Type", (string?)"ChatClient"),
            KeyValuePair.Create("Backends:b:Type", (string?)"ChatClient"),
            KeyValuePair.Create("Server:Hartbeat", (string?)"1"),
        ]).Build();

        var none = Assert.Throws<SettingsException>(() => SettingsReader.Read(configuration, _ => { })).Faults;
        var one = Assert.Throws<SettingsException>(
            () => SettingsReader.Read(configuration, services => services.AddKeyedSingleton<IChatClient>("a", new EchoClient()))).Faults;

        Assert.Equal(3, none.Count);
        AssertOne(none, "Backends:a: needs an IChatClient");
        AssertOne(none, "Backends:b: needs an IChatClient");
        AssertOne(none, "Server:Hartbeat: unknown setting");
        Assert.Equal(2, one.Count);
        AssertOne(one, "Backends:b: needs an IChatClient");
    }

    [Theory]
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
    [InlineData("Think", "True")]
    [InlineData("Think", " Low ")]
    [InlineData("NumCtx", "16384")]
    public void An_Ollama_needs_no_settings_and_takes_its_own(string key, string value)
    {
        Assert.Empty(FaultsOf(("Backends:o:Type", "Ollama")));
        Assert.Empty(FaultsOf(("Backends:o:Type", "Ollama"), ($"Backends:o:{key}", value)));
    }

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
        foreach (var section in new object[] { new ServerOptions(), new AuthOptions(), new Sessions.SessionsOptions(), new Generations.GenerationsOptions(), new OperationsOptions(), new LogsOptions(), new Server.Monitoring.TelemetryOptions() })
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

    internal static IReadOnlyList<string> FaultsOf(params (string Key, string Value)[] settings)
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
