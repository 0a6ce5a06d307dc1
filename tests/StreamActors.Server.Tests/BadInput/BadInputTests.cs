using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using CsCheck;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;
using StreamActors.Soak.Books;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.BadInput;

/// <summary>A hundred thousand requests of strangers.</summary>
[Collection(LoadTests.Name)]
public sealed partial class BadInputTests(ITestOutputHelper output)
{
    private const int Batches = 2_000;
    private const int PerBatch = 50;
    private const string AliceKey = "the key of alice";

    private static readonly int[] Fine = [200, 400, 401, 403, 404, 405, 411, 413, 414, 415, 417, 431, 501, 505];

    [Fact]
    public async Task No_request_fails_the_server_hangs_it_breaks_its_books_or_its_log_or_touches_another_keys_session()
    {
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(AliceKey)));
        await using var both = await ServerWithUpstream.StartAsync(
            ("Auth:Keys:alice:Sha256", hash), ("DefaultModel", "demo"),
            // Her answer waits for the last of the strangers, however slow the machine.
            ("Generations:IdleTimeout", "1.00:00:00"), ("Generations:TotalTimeout", "1.00:00:00"),
            ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "100000"));
        using var alice = await RawClient.ConnectAsync(both.Server);
        await alice.PostAsync("/v1/chat/completions", ServerWithUpstream.Chat(), $"X-Session-Id: private\r\nAuthorization: Bearer {AliceKey}\r\n");
        var call = await both.Upstream.NextCallAsync();
        await call.BeginEventsAsync();
        await call.EventAsync(Chunks.Content("mine"));
        await alice.ReadUntilAsync("mine");
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<int, int>();

        await BadCases.Any.Array[PerBatch].SampleAsync(
            async cases =>
            {
                foreach (var status in await PlayAsync(both.Server, cases))
                    statuses.AddOrUpdate(status, 1, (_, count) => count + 1);
            },
            iter: Batches, threads: 4);

        output.WriteLine($"{statuses.Values.Sum()} requests: {string.Join(", ", statuses.OrderBy(s => s.Key).Select(s => $"{s.Key} x {s.Value}"))}");
        Assert.False(call.HasClosed, $"another key's stream was touched: {both.Server.Log.All.LastOrDefault(line => line.Contains(" session=private ", StringComparison.Ordinal))}");
        await call.EventAsync(Chunks.Finish);
        await call.EventAsync(Chunks.Done);
        await call.EndAsync();
        Assert.EndsWith("data: [DONE]\n\n", (await alice.ReadAnswerAsync()).Text);
        await Books.BalancedAsync(both.Server);
        AssertLog(both.Server);
        Assert.DoesNotContain(both.Upstream.Rest(), other => other.Body.Length > 0);
    }

    private static async Task<List<int>> PlayAsync(TestServer server, BadCase[] cases)
    {
        var statuses = new List<int>();
        RawClient? client = null;
        try
        {
            foreach (var bad in cases)
            {
                client ??= await RawClient.ConnectAsync(server);
                var answer = await AnswerAsync(client, bad);
                statuses.Add(answer.Status);
                Assert.True(Fine.Contains(answer.Status), $"{answer.Status} for {bad}: {answer.Text}");
                AssertShape(answer, bad);
                if (answer.Finished && answer.Header("Connection") != "close" && !bad.Headers.Contains("Connection: close"))
                    continue;
                client.Dispose();
                client = null;
            }
        }
        finally
        {
            client?.Dispose();
        }

        return statuses;
    }

    private static async Task<RawAnswer> AnswerAsync(RawClient client, BadCase bad)
    {
        try
        {
            await SendAsync(client, bad);
            return await client.ReadNextAnswerAsync();
        }
        catch (Exception failure) when (failure is TimeoutException or EndOfStreamException)
        {
            throw new InvalidOperationException($"No answer to {bad}", failure);
        }
    }

    private static async Task SendAsync(RawClient client, BadCase bad)
    {
        try
        {
            await client.SendAsync(bad.Bytes);
        }
        catch (IOException)
        {
            // Its head was refused and the connection closed while the body was still being sent. The answer is there all the same.
        }
    }

    /// <summary>An error is one object in the shape of its protocol; what Kestrel refuses before there is a request has no body.</summary>
    private static void AssertShape(RawAnswer answer, BadCase bad)
    {
        if (answer.Status == 200 || answer.Body.Length == 0)
            return;
        try
        {
            var error = answer.Error;
            var message = error.ValueKind == JsonValueKind.String ? error.GetString()! : error.GetProperty("message").GetString()!;
            Assert.DoesNotContain("   at ", message);
            Assert.DoesNotContain("Exception", message);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            throw new InvalidOperationException($"{answer.Status} in no shape for {bad}: {answer.Text}", failure);
        }
    }

    private static void AssertLog(TestServer server)
    {
        foreach (var line in server.Log.All)
        {
            Assert.Matches(Line(), line);
            Assert.DoesNotContain(line, c => char.IsControl(c) || c == '\u2028' || c == '\u2029');
        }

        Assert.DoesNotContain(new BooksOf(server.Log.All).Faults, fault => fault.Contains("forged", StringComparison.Ordinal));
        Assert.DoesNotContain(server.Log.All.Select(LogLine.Parse), line => line["trace"] == "forged");
        Assert.Single(server.Log.All, line => line.Contains(" stream_accepted ", StringComparison.Ordinal) && line.Contains(" owner=alice ", StringComparison.Ordinal));
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT[\d:.]+[+-]\d\d:\d\d (INF|WRN) ")]
    private static partial Regex Line();
}
