using System.Diagnostics;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Hosting;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>Sending metrics and spans to a collector. Alone, since who listens is a matter of the whole process.</summary>
[Collection(LoadTests.Name)]
public class OtlpTests
{
    [Fact]
    public async Task A_collector_gets_the_spans_and_the_metrics_with_the_configured_headers()
    {
        await using var collector = await Collector.StartAsync();
        await using (var server = await TestServer.StartAsync(
            ("Telemetry:OtlpEndpoint", collector.Url), ("Telemetry:OtlpHeaders", "x-key=secret"), ("Telemetry:MetricsInterval", "00:00:00.200")))
        {
            Assert.True((await AskAsync(server)).Finished);
            await Eventually.HoldsAsync(() => Assert.Contains("gen_ai.server.request.duration", collector.Sent("/v1/metrics", "secret")));
            // Spans are sent in batches; what waits is sent at the stop.
        }

        var spans = collector.Sent("/v1/traces", "secret");
        Assert.All(["streamactors", "chat demo", "accepted", "started", "first_token", "proof", "gen_ai.conversation.id"], name => Assert.Contains(name, spans));
    }

    [Fact]
    public async Task A_collector_that_cannot_be_reached_costs_nobody_anything()
    {
        using var nobody = new RefusingAddress();
        await using var server = await TestServer.StartAsync(("Telemetry:OtlpEndpoint", nobody.Url), ("Telemetry:MetricsInterval", "00:00:00.100"));

        for (var i = 0; i < 3; i++)
            Assert.True((await AskAsync(server)).Finished);
        Assert.DoesNotContain(server.Log.All, line => line.Contains(" ERR ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_a_collector_no_span_is_made()
    {
        await using var server = await TestServer.StartAsync();
        using var source = new ActivitySource(Telemetry.StreamTraces.SourceName);

        Assert.False(source.HasListeners());
    }

    private static async Task<RawAnswer> AskAsync(TestServer server)
    {
        using var client = await RawClient.PostChatAsync(server, """{"prompt":"Hi","stream":true,"max_tokens":3}""");
        return await client.ReadAnswerAsync();
    }

    [Theory]
    [InlineData("OtlpEndpoint", "collector:4318", "must be an absolute http or https address")]
    [InlineData("OtlpEndpoint", "/v1", "must be an absolute http or https address")]
    [InlineData("OtlpProtocol", "HttpJson", "'HttpJson' is not one of Grpc, HttpProtobuf")]
    [InlineData("OtlpHeaders", "secret", "must be name=value, separated by commas")]
    [InlineData("MetricsInterval", "60", "'60' is not a time as hh:mm:ss")]
    [InlineData("MetricsInterval", "1.00:00:00", "must be from")]
    [InlineData("TraceShare", "2", "must be from 0 to 1")]
    [InlineData("Otlp", "x", "unknown setting; known here: OtlpEndpoint")]
    public void A_fault_of_the_settings_is_said(string key, string value, string fault) =>
        Assert.StartsWith($"Telemetry:{key}: {fault}", Assert.Single(SettingsTests.FaultsOf(($"Telemetry:{key}", value))));

    [Theory]
    [InlineData("OtlpEndpoint", "")]
    [InlineData("OtlpEndpoint", "https://collector.example:4318/otlp")]
    [InlineData("OtlpProtocol", "Grpc")]
    [InlineData("OtlpHeaders", "authorization=Basic abc==,x=1")]
    [InlineData("TraceShare", "0.01")]
    public void Good_settings_are_taken(string key, string value) => Assert.Empty(SettingsTests.FaultsOf(($"Telemetry:{key}", value)));
}
