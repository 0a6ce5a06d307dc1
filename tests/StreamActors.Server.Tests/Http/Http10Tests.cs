using System.Diagnostics;
using StreamActors.Server.Tests.Clients;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Host;

namespace StreamActors.Server.Tests.Http;

/// <summary>
/// Clients of HTTP/1.0, which proxies may be: the end of the connection is the only end that an answer of unknown length has. A whole one is
/// closed, a cut one is reset.
/// </summary>
public class Http10Tests(ServerWithUpstream both) : IClassFixture<ServerWithUpstream>
{
    private const string Version = "1.0";
    private const string Chat = "/v1/chat/completions";

    /// <summary>What becomes of an answer after its first content, and the reason that its last frame tells.</summary>
    private static readonly Dictionary<string, (Func<ServerWithUpstream, UpstreamCall, Task> Cut, string Code)> Cuts = new()
    {
        ["the model server ends properly in the middle"] = ((_, call) => call.EndAsync(), "backend_truncated"),
        ["the model server resets"] = ((_, call) => call.ResetAsync(), "backend_truncated"),
        ["the model server sends an error"] = ((_, call) => call.EventAsync("""{"error":{"message":"boom"}}"""), "backend_error"),
        ["its session is ended"] = ((both, _) => both.Server.Http.DeleteAsync("/v1/sessions/old"), "session_deleted"),
        ["a newer prompt supersedes it"] = (async (both, _) =>
        {
            var (client, call) = await both.AskAsync(session: "old");
            await call.AnswerAsync();
            await client.ReadAnswerAsync();
            client.Dispose();
        }, "registry_new_stream"),
    };

    public static TheoryData<string> Names => [.. Cuts.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_cut_answer_has_its_last_frame_and_then_the_connection_is_reset(string name)
    {
        var (cut, code) = Cuts[name];
        using var client = await AskAsync(both.Server);
        var call = await BeginAsync(both.Upstream, client);

        await cut(both, call);
        await client.ReadToEndAsync();

        Assert.True(client.WasReset);
        Assert.DoesNotContain("Transfer-Encoding", client.Received);
        Assert.DoesNotContain("[DONE]", client.Received);
        Assert.EndsWith("}}\n\n", client.Received);
        Assert.Contains($"\"code\":\"{code}\"", client.Received);
        await Books.BalancedAsync(both.Server);
    }

    [Fact]
    public async Task The_last_frame_of_a_hundred_cuts_at_once_is_never_lost()
    {
        var asked = await Task.WhenAll(Enumerable.Range(0, 100).Select(n => AskAsync(both.Server, $"many-{n}")));
        var calls = new List<UpstreamCall>();
        foreach (var _ in asked)
            calls.Add(await both.Upstream.NextCallAsync());
        await Task.WhenAll(calls.Select(async call =>
        {
            await call.BeginEventsAsync();
            await call.EventAsync(Chunks.Content("one"));
            await call.CloseAsync();
        }));

        await Task.WhenAll(asked.Select(client => client.ReadToEndAsync()));

        Assert.All(asked, client =>
        {
            Assert.True(client.WasReset);
            Assert.Contains("\"backend_truncated\"", client.Received);
            client.Dispose();
        });
    }

    [Fact]
    public async Task A_whole_answer_ends_with_a_close()
    {
        using var client = await AskAsync(both.Server);
        var call = await BeginAsync(both.Upstream, client);

        await call.FinishAsync();
        await client.ReadToEndAsync();

        Assert.False(client.WasReset);
        Assert.EndsWith("data: [DONE]\n\n", client.Received);
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_has_a_length_so_that_another_can_follow()
    {
        using var client = await RawClient.ConnectAsync(both.Server, Version);
        for (var i = 0; i < 2; i++)
        {
            await client.PostAsync(Chat, ServerWithUpstream.Chat(stream: false), "Connection: keep-alive\r\n");
            await (await both.Upstream.NextCallAsync()).AnswerAsync();

            var answer = await client.ReadNextAnswerAsync();

            Assert.Equal((200, true), (answer.Status, answer.Finished));
            Assert.Contains(ClientScripts.Text, answer.Text);
            Assert.NotNull(answer.Header("Content-Length"));
        }
    }

    [Fact]
    public async Task An_answer_that_is_not_streamed_and_is_cut_after_it_has_begun_ends_with_a_reset()
    {
        await using var stubborn = await StubbornServer.StartAsync();
        using var client = await RawClient.ConnectAsync(stubborn.Server, Version);
        await client.PostAsync(Chat, StubbornServer.Chat(stream: false), "X-Session-Id: old\r\n");
        await stubborn.SayAsync("one");
        await client.ReadUntilAsync("one");

        await stubborn.Server.Http.DeleteAsync("/v1/sessions/old");
        await client.ReadToEndAsync();

        Assert.True(client.WasReset);
        Assert.DoesNotContain("Content-Length", client.Received);
    }

    [Fact]
    public async Task Over_TLS_a_whole_answer_says_that_its_end_is_meant_and_a_cut_one_does_not()
    {
        await using var tls = await ServerWithUpstream.StartAsync(TestCertificate.Endpoint());

        var whole = CurlAsync(tls.Server);
        var call = await tls.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.FinishAsync();
        var cut = CurlAsync(tls.Server);
        call = await tls.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await call.CloseAsync();

        Assert.Equal(0, (await whole).Exit);
        Assert.EndsWith("data: [DONE]\n\n", (await whole).Output);
        Assert.NotEqual(0, (await cut).Exit);
        Assert.Contains("\"backend_truncated\"", (await cut).Output);
    }

    [Fact]
    public async Task A_server_that_is_killed_leaves_a_reset()
    {
        var logs = Directory.CreateTempSubdirectory("streamactors-killed-").FullName;
        await using var upstream = new RawUpstream();
        await using var killed = await ServerProcess.StartAsync(
        [
            "--Server:Urls=http://127.0.0.1:0", $"--Logs:Directory={logs}", "--Backends:up:Type=OpenAiCompatible", $"--Backends:up:Url={upstream.Url}",
            "--Backends:up:Models:0=m",
        ]);
        using var client = await RawClient.ConnectAsync(killed.Address, Version);
        await client.PostAsync(Chat, ServerWithUpstream.Chat());
        await BeginAsync(upstream, client);

        await killed.SignalAsync("KILL");
        await client.ReadToEndAsync();

        Assert.True(client.WasReset);
        Directory.Delete(logs, recursive: true);
    }

    private static async Task<RawClient> AskAsync(TestServer server, string session = "old")
    {
        var client = await RawClient.ConnectAsync(server, Version);
        await client.PostAsync(Chat, ServerWithUpstream.Chat(), $"X-Session-Id: {session}\r\n");
        return client;
    }

    private static async Task<UpstreamCall> BeginAsync(RawUpstream upstream, RawClient client)
    {
        var call = await upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("one"));
        await client.ReadUntilAsync("one");
        return call;
    }

    /// <summary>curl tells apart a TLS connection that was closed and one that just ended.</summary>
    private static async Task<(int Exit, string Output)> CurlAsync(TestServer server)
    {
        using var curl = Process.Start(new ProcessStartInfo(
            "curl", ["-sSN", "--http1.0", "--no-alpn", "--max-time", "20", "--cacert", TestCertificate.CertificateFile, "-d", ServerWithUpstream.Chat(), new Uri(server.Address, Chat).ToString()])
        {
            RedirectStandardOutput = true,
        })!;
        var output = await curl.StandardOutput.ReadToEndAsync();
        await curl.WaitForExitAsync();
        return (curl.ExitCode, output);
    }
}
