using System.Collections;
using Microsoft.Extensions.Configuration;
using StreamActors.Server.Hosting;
using StreamActors.Server.Hosting.Sources;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>What is in an environment beside settings never stops the start; what is meant as a setting is one, or a fault.</summary>
public class SettingsEnvironmentTests
{
    /// <summary>Names after the prefix, and values, as others set them.</summary>
    public static TheoryData<string, string> Foreign => new()
    {
        { "SERVICE_HOST", "10.0.0.7" },
        { "SERVICE_PORT", "8000" },
        { "SERVICE_PORT_HTTP", "8000" },
        { "SERVICE_PORT_WEB_UI", "8000" },
        { "PORT", "tcp://10.0.0.7:8000" },
        { "PORT", "udp://[fd00::7]:8000" },
        { "PORT_8000_TCP", "tcp://10.0.0.7:8000" },
        { "PORT_8000_TCP_PROTO", "tcp" },
        { "PORT_8000_TCP_PORT", "8000" },
        { "PORT_8000_TCP_ADDR", "10.0.0.7" },
        { "PORT_53_UDP_ADDR", "10.0.0.7" },
        { "PORT_9000_SCTP", "sctp://10.0.0.7:9000" },
        // Services named streamactors-web, streamactors-server, streamactors-logs--old.
        { "WEB_SERVICE_HOST", "10.0.0.7" },
        { "WEB_PORT", "tcp://10.0.0.7:8000" },
        { "WEB_PORT_8000_TCP_ADDR", "10.0.0.7" },
        { "SERVER_SERVICE_HOST", "10.0.0.7" },
        { "SERVER_SERVICE_PORT", "8000" },
        { "SERVER_PORT", "tcp://10.0.0.7:8000" },
        { "SERVER_PORT_8000_TCP", "tcp://10.0.0.7:8000" },
        { "LOGS__OLD_SERVICE_HOST", "10.0.0.7" },
        { "LOGS__OLD_PORT", "tcp://10.0.0.7:8000" },
        { "LOGS__OLD_PORT_8000_TCP_PROTO", "tcp" },
        { "OPERATOR_KEY", "op-1" },
    };

    /// <summary>Names that no known tool sets: they may be meant as settings.</summary>
    public static TheoryData<string, string> Unknown => new()
    {
        { "PORT", "8000" },
        { "URL", "http://127.0.0.1:8000" },
        { "HOME", "/opt/streamactors" },
        { "VERSION", "1.2.3" },
        { "IMAGE_TAG", "latest" },
        { "LOG_LEVEL", "debug" },
        { "SERVER_URLS", "http://127.0.0.1:8000" },
        { "HEARTBEAT", "00:00:05" },
        { "DEBUG", "" },
        { "", "x" },
        { "DASH-ED", "x" },
    };

    public static TheoryData<string, string, string> Faults => new()
    {
        { "Server__Heartbet", "00:00:05", "Server:Heartbet: unknown setting; known here: Urls" },
        { "SERVER__HEARTBET", "00:00:05", "SERVER:HEARTBET: unknown setting; known here: Urls" },
        { "Sever__Urls", "http://127.0.0.1:1", "Sever: unknown setting; known here: Server" },
        { "Server__Heartbeat", "5s", "Server:Heartbeat: '5s' is not a time as hh:mm:ss or hh:mm:ss.fff; five seconds are 00:00:05" },
        { "Server__Heartbeat", "5", "Server:Heartbeat: '5' is not a time" },
        { "Server__Heartbeat", "00:05", "Server:Heartbeat: '00:05' is not a time" },
        { "Server__Heartbeat", "\"00:00:05\"", "Server:Heartbeat: '\"00:00:05\"' is not a time" },
        { "Server__Heartbeat", "", "Server:Heartbeat: '' is not a time" },
        { "Server__Heartbeat", "x\ny", "Server:Heartbeat: 'x\\u{a}y' is not a time" },
        { "Server__DrainTimeout", "24:00:00", "Server:DrainTimeout: '24:00:00' is not a time as hh:mm:ss or hh:mm:ss.fff; five seconds are 00:00:05, a day is 1.00:00:00" },
        { "Server__MaxBodyBytes", "50MB", "Server:MaxBodyBytes: '50MB' is not a number of bytes, in digits only; 50 MiB are 52428800" },
        { "Server__MaxStreams", "10,000", "Server:MaxStreams: '10,000' is not a number from 1 to 1000000, in digits only" },
        { "Telemetry__TraceShare", "0,5", "Telemetry:TraceShare: '0,5' is not a number such as 0.5" },
        { "Logs__Json", "yes", "Logs:Json: 'yes' is not true or false" },
        { "Logs__Level", "Info", "Logs:Level: 'Info' is not one of Verbose, Debug, Information" },
        { "Backends__up__Type", "Olama", "Backends:up:Type: 'Olama' is not one of Demo, OpenAiCompatible, Ollama, ChatClient" },
        { "Backends__up__Url", "http://127.0.0.1:1", "Backends:up:Type: is needed" },
        { "DefaultModel", "\"m\"", "DefaultModel: stands in quotes that are part of its value: leave them out" },
        { "Logs__Directory", "'logs'", "Logs:Directory: stands in quotes" },
        { "Telemetry__OtlpEndpoint", "\"http://127.0.0.1:4318\"", "Telemetry:OtlpEndpoint: stands in quotes" },
        { "Server__AllowedOrigins", "[\"https://a.example\"]", "Server:AllowedOrigins: takes values separated by commas, without brackets and quotes" },
        { "Server__TrustedProxies", "\"10.0.0.7,10.0.0.8\"", "Server:TrustedProxies: takes values separated by commas" },
        { "SERVER", "http://127.0.0.1:1", "SERVER: takes a group of settings, not one value" },
        { "Logs__Level__Default", "Debug", "Logs:Level: takes one value, not a group" },
        { "Server__AllowedOrigins__web", "https://a.example", "Server:AllowedOrigins: takes a list of values" },
    };

    [Theory]
    [MemberData(nameof(Foreign))]
    public void What_platforms_and_tools_set_is_passed_over(string name, string value)
    {
        var environment = Of((name, value));

        Assert.Empty(FaultsOf(environment));
        Assert.Empty(environment.Ignored);
    }

    [Theory]
    [MemberData(nameof(Unknown))]
    public void What_is_no_setting_is_named_and_stops_nothing(string name, string value)
    {
        var environment = Of((name, value));

        Assert.Empty(FaultsOf(environment));
        Assert.Equal([SettingsEnvironment.Prefix + name], environment.Ignored);
    }

    [Theory]
    [MemberData(nameof(Faults))]
    public void What_is_meant_as_a_setting_and_is_none_is_a_fault_that_names_it(string name, string value, string says)
    {
        var fault = Assert.Single(FaultsOf(Of((name, value))));

        Assert.StartsWith(says, fault);
        Assert.EndsWith(says.EndsWith("is needed", StringComparison.Ordinal) ? "is needed" : $" (set by STREAMACTORS_{name})", fault);
        Assert.DoesNotContain('\n', fault);
    }

    [Theory]
    [InlineData("Server__Heartbeat", "Server:Heartbeat", "00:00:07")]
    [InlineData("SERVER__HEARTBEAT", "Server:Heartbeat", "00:00:07")]
    [InlineData("server__heartbeat", "Server:Heartbeat", "00:00:07")]
    [InlineData("Server:Heartbeat", "Server:Heartbeat", "00:00:07")]
    [InlineData("Backends__local__Url", "Backends:local:Url", "http://127.0.0.1:11434/v1")]
    [InlineData("DefaultModel", "DefaultModel", "m")]
    [InlineData("DEFAULTMODEL", "DefaultModel", "m")]
    public void A_setting_is_one_in_any_case(string name, string path, string value) =>
        Assert.Equal(value, new ConfigurationBuilder().Add(Of((name, value))).Build()[path]);

    [Fact]
    public void Without_the_prefix_nothing_is_a_setting() =>
        Assert.Empty(new ConfigurationBuilder().Add(new SettingsEnvironment(new Hashtable { ["Server__Heartbeat"] = "1" })).Build().AsEnumerable());

    [Fact]
    public void Two_names_of_one_setting_must_agree()
    {
        Assert.Empty(Of(("Server__Heartbeat", "00:00:05"), ("SERVER__HEARTBEAT", "00:00:05")).Faults);
        Assert.Equal(
            "Server:Heartbeat: STREAMACTORS_SERVER__HEARTBEAT and STREAMACTORS_Server__Heartbeat give it different values",
            Assert.Single(Of(("Server__Heartbeat", "00:00:05"), ("SERVER__HEARTBEAT", "00:00:06")).Faults), ignoreCase: true);
    }

    [Fact]
    public void A_variable_that_the_command_line_overrides_is_not_blamed()
    {
        var configuration = new ConfigurationBuilder().Add(Of(("Server__Heartbeat", "00:00:05"))).AddCommandLine(["--Server:Heartbeat", "5s"]).Build();

        var fault = Assert.Single(Assert.Throws<SettingsException>(() => SettingsReader.Read(configuration)).Faults);

        Assert.DoesNotContain("STREAMACTORS_", fault);
    }

    private static SettingsEnvironment Of(params (string Name, string Value)[] variables)
    {
        var all = new Hashtable();
        foreach (var (name, value) in variables)
            all[SettingsEnvironment.Prefix + name] = value;
        return new SettingsEnvironment(all);
    }

    private static IReadOnlyList<string> FaultsOf(SettingsEnvironment environment) =>
        Record.Exception(() => SettingsReader.Read(new ConfigurationBuilder().Add(environment).Build())) is SettingsException found ? found.Faults : environment.Faults;
}
