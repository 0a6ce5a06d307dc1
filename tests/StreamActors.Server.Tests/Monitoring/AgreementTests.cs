using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Http.Board;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using StreamActors.Telemetry;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>The metrics say what the log says.</summary>
public class AgreementTests
{
    [Fact]
    public async Task After_traffic_of_every_kind_each_counter_is_the_number_of_its_lines()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();
        await traffic.RunAsync();
        var server = traffic.Server;

        await Eventually.HoldsAsync(async () =>
        {
            var metrics = await Exposition.ReadAsync(server);
            Assert.Equal(Lines(server, "stream_accepted").Count, metrics.Sum("streamactors_streams_accepted_total"));
            Assert.Equal(By(server, "stream_start", "backend"), metrics.By("streamactors_streams_started_total", "backend"));
            Assert.Equal(By(server, "stream_dropped", "reason"), metrics.By("streamactors_streams_dropped_total", "reason"));
            Assert.Equal(By(server, "stream_cancelled", "reason"), metrics.By("streamactors_streams_cancelled_total", "reason"));
            Assert.Equal(By(server, "stream_end", "outcome", "reason"), metrics.By("streamactors_streams_ended_total", "outcome", "reason"));
            Assert.Equal(
                (Superseded(server, "stream_cancelled"), Superseded(server, "stream_dropped")),
                (metrics.By("streamactors_streams_superseded_total", "stage")["running"], metrics.By("streamactors_streams_superseded_total", "stage")["waiting"]));
            Assert.Equal(Lines(server, "stream_detached_ended").Count, metrics.Sum("streamactors_streams_detached_ended_total"));
            Assert.Equal(Lines(server, "prev_stream_timeout_on_cancel").Count, metrics.Sum("streamactors_backend_detachments_total"));
            var rejected = By(server, "request_rejected", "status", "code");
            rejected.TryAdd("500 internal_error", 0);
            Assert.Equal(rejected, metrics.By("streamactors_requests_rejected_total", "status", "code"));
            Assert.Equal(Lines(server, "stream_end").Sum(l => int.Parse(l["tokens"]!)), metrics.Sum("streamactors_output_tokens_total"));
        });
    }

    [Fact]
    public async Task The_histograms_hold_the_times_of_the_lines_cancelled_streams_among_them()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();
        var server = traffic.Server;

        await Eventually.HoldsAsync(async () =>
        {
            var metrics = await Exposition.ReadAsync(server);
            AssertTimes(Lines(server, "stream_end"), "duration_ms", metrics, "gen_ai_server_request_duration_seconds");
            // Answers in one piece have their ttft in the log, but no first token.
            Assert.Equal(Lines(server, "stream_end").Count(l => l["ttft_ms"] is not null) - traffic.NotStreamed, metrics.Sum("gen_ai_server_time_to_first_token_seconds_count"));
            Assert.Equal(
                Lines(server, "stream_end").Count(l => l["outcome"] == "completed") - traffic.NotStreamed,
                metrics.Sum("gen_ai_server_time_per_output_token_seconds_count"));
            var proofs = metrics.By("streamactors_preemption_time_to_proof_seconds_count", "outcome");
            Assert.Equal((Lines(server, "prev_stream_finished_cleanly").Count, 1), (proofs["finished_cleanly"], proofs["timed_out"]));
            Assert.Equal(2, metrics.Sum("streamactors_preemption_time_to_first_token_seconds_count"));
            Assert.InRange(metrics.Sum("streamactors_preemption_time_to_first_token_seconds_sum"), 0.0001, 60);
            Assert.Equal(new() { ["already_ended"] = 1, ["finished_cleanly"] = 1, ["timed_out"] = 1 }, metrics.By("streamactors_receipts_total", "outcome"));
        });
    }

    [Fact]
    public async Task The_metrics_the_board_and_the_operators_figures_count_the_same()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();
        var services = traffic.Server.Services;

        await Eventually.HoldsAsync(async () =>
        {
            var metrics = await Exposition.ReadAsync(traffic.Server);
            var figures = services.GetRequiredService<StreamStatistics>().Read();
            var board = services.GetRequiredService<BoardLog>().Of("local").Read(0, 1).Totals;
            Assert.NotEqual(0, figures.Superseded);
            Assert.Equal((figures.Accepted, figures.Superseded, figures.DetachedTotal, figures.Tokens), (board.Prompts, board.Superseded, board.Detached, board.Tokens));
            Assert.Equal(
                (figures.Accepted, figures.Superseded, figures.Tokens, figures.TimeToFirstToken.Count),
                (metrics.Sum("streamactors_streams_accepted_total"), metrics.Sum("streamactors_streams_superseded_total"),
                    metrics.Sum("streamactors_output_tokens_total"), metrics.Sum("gen_ai_server_time_to_first_token_seconds_count")));
        });
    }

    /// <summary>Prometheus sees no increase in a series that begins with its first count.</summary>
    [Fact]
    public async Task Faults_of_the_server_are_counted_from_none()
    {
        await using var server = await TestServer.StartAsync();

        var faults = Assert.Single((await Exposition.ReadAsync(server)).Of("streamactors_requests_rejected_total"));

        Assert.Equal(("500", "internal_error", 0), (faults["status"], faults["code"], faults.Value));
    }

    [Fact]
    public async Task The_labels_are_those_of_the_conventions()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();

        await Eventually.HoldsAsync(async () =>
        {
            var durations = (await Exposition.ReadAsync(traffic.Server)).Of("gen_ai_server_request_duration_seconds_count").ToList();
            var completed = Assert.Single(durations, s => s["error_type"] is null);
            Assert.Equal(("chat", "m", "up"), (completed["gen_ai_operation_name"], completed["gen_ai_request_model"], completed["gen_ai_provider_name"]));
            Assert.Contains(durations, s => (s["error_type"], s["gen_ai_provider_name"], s["gen_ai_request_model"]) == ("backend_unreachable", "gone", "away"));
            Assert.Contains(durations, s => s["error_type"] == "registry_new_stream");
        });
    }

    [Fact]
    public async Task What_is_so_now_is_said_of_each_backend()
    {
        await using var traffic = await MixedTraffic.StartAsync();
        await traffic.RunAsync();

        await Eventually.HoldsAsync(async () =>
        {
            var metrics = await Exposition.ReadAsync(traffic.Server);
            Assert.Equal(new() { ["gone"] = 0, ["stubborn"] = 1, ["up"] = 0 }, metrics.By("streamactors_backend_detached", "backend"));
            Assert.Equal(new() { ["gone"] = 8, ["stubborn"] = 8, ["up"] = 8 }, metrics.By("streamactors_backend_detached_limit", "backend"));
            Assert.Equal(0, metrics.By("streamactors_backend_reachable", "backend")["gone"]);
            Assert.Equal(1, metrics.By("streamactors_backend_reachable", "backend")["stubborn"]);
            Assert.Equal((0, 0, 0), (metrics.Sum("streamactors_requests_open"), metrics.Sum("streamactors_server_draining"), metrics.Sum("streamactors_backend_running")));
            Assert.Equal(traffic.Server.Sessions.Count, metrics.Sum("streamactors_sessions_live"));
        });
    }

    [Theory]
    [InlineData("200 OK", null)]
    [InlineData("500 No", "backend_error")]
    public async Task Embeddings_are_requests_of_their_own(string answered, string? error)
    {
        await using var both = await ServerWithUpstream.StartAsync();
        using var client = await RawClient.ConnectAsync(both.Server);
        await client.PostAsync("/v1/embeddings", """{"model":"m","input":"x"}""", "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n");
        var call = await both.Upstream.NextCallAsync();
        await call.AnswerAsync(answered, "{}");
        await client.ReadAnswerAsync();

        Assert.Contains("\r\ntraceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00\r\n", call.Head);
        await Eventually.HoldsAsync(async () =>
        {
            var request = Assert.Single((await Exposition.ReadAsync(both.Server)).Of("gen_ai_server_request_duration_seconds_count"));
            Assert.Equal(("embeddings", "m", error, 1), (request["gen_ai_operation_name"], request["gen_ai_request_model"], request["error_type"], request.Value));
        });
    }

    private static List<LogLine> Lines(TestServer server, string name) => [.. server.Log.Of(name).Select(LogLine.Parse)];

    private static SortedDictionary<string, double> By(TestServer server, string name, params string[] keys) => new(
        Lines(server, name).GroupBy(line => string.Join(' ', keys.Select(key => line[key] ?? "none"))).ToDictionary(g => g.Key, g => (double)g.Count()),
        StringComparer.Ordinal);

    private static double Superseded(TestServer server, string name) => Lines(server, name).Count(line => line["superseded_by"] is not null);

    private static void AssertTimes(IReadOnlyList<LogLine> lines, string key, Exposition metrics, string histogram)
    {
        Assert.Equal(lines.Count, metrics.Sum($"{histogram}_count"));
        // The log rounds to whole milliseconds.
        var logged = lines.Sum(l => double.Parse(l[key]!, System.Globalization.CultureInfo.InvariantCulture)) / 1000;
        Assert.InRange(metrics.Sum($"{histogram}_sum") - logged, -0.001 * lines.Count, 0.001 * lines.Count);
    }
}
