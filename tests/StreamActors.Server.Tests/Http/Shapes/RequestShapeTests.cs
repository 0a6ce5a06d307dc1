using System.Text.Json;
using System.Text.RegularExpressions;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>Requests as clients really send them: each is answered, or refused in words that say what to do, and no more than one line is said of it.</summary>
public partial class RequestShapeTests(RequestShapeTests.Servers servers) : IClassFixture<RequestShapeTests.Servers>
{
    private static readonly Dictionary<string, RequestShape> Optional = Table(
        [.. KeyShapes.Optional, .. BodyShapes.Packed, .. BodyShapes.Fields, .. HeaderShapes.Unread, .. HeaderShapes.Sessions, .. HeaderShapes.Improper, .. AddressShapes.All]);

    private static readonly Dictionary<string, RequestShape> Required = Table(KeyShapes.Required);

    public static TheoryData<string> WithoutKeys => [.. Optional.Keys];

    public static TheoryData<string> WithKeys => [.. Required.Keys];

    [Theory]
    [MemberData(nameof(WithoutKeys))]
    public Task A_request_is_taken_as_clients_send_it(string shape) => CheckAsync(servers.Optional, Optional[shape]);

    [Theory]
    [MemberData(nameof(WithKeys))]
    public Task Where_a_key_is_needed_nothing_stands_for_one(string shape) => CheckAsync(servers.Required, Required[shape]);

    private static async Task CheckAsync(TestServer server, RequestShape shape)
    {
        var lines = server.Log.Of("request_rejected").Count;
        using var client = await RawClient.ConnectAsync(server);
        await client.SendAsync(shape.Bytes);

        var answer = await client.ReadAnswerAsync();

        Assert.Equal((shape.Status, true, answer.Text), (answer.Status, answer.Finished, answer.Text));
        Assert.Contains(shape.Says, $"{answer.Head}\r\n\r\n{answer.Text}");
        Assert.DoesNotContain("   at ", answer.Text);
        Assert.DoesNotContain("key-a", answer.Text);
        if (shape.Code is null)
            return;
        var json = JsonElement.Parse(answer.Body);
        // Ollama's clients want the words alone.
        var error = json.GetProperty("error") is { ValueKind: JsonValueKind.Object } inner ? inner : json;
        Assert.Equal(shape.Code, error.GetProperty("code").GetString());
        Assert.Equal(shape.Status == 415, answer.Header("Accept-Encoding") is not null);
        Assert.Equal(shape.Status is 401 ? "false" : null, answer.Header("x-should-retry"));
        var line = Assert.Single(server.Log.Of("request_rejected").Skip(lines));
        Assert.Matches(Rejection(), line);
        Assert.Contains($" status={shape.Status} code={shape.Code} ", line);
        Assert.DoesNotMatch(" trace=|secret|key-a|wrong|sk-", line);
    }

    private static Dictionary<string, RequestShape> Table(IEnumerable<RequestShape> shapes) => shapes.ToDictionary(shape => shape.Name);

    [GeneratedRegex(@"^[^ ]+ INF request_rejected method=[^\p{C}]* path=[^\p{C} ]* status=\d+ code=[a-z_]+ param=[A-Za-z_-]+ owner=(-|local|alice) client=127\.0\.0\.1$")]
    private static partial Regex Rejection();

    /// <summary>One with optional keys, one where a key is needed.</summary>
    public sealed class Servers : IAsyncLifetime
    {
        private static readonly (string, string)[] Settings =
        [
            Keys.Of("alice", "key-a"), Keys.Of("claire", "cl\u00e9"), ("Server:MaxBodyBytes", $"{BodyShapes.MaxBytes}"),
            ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"), ("Backends:demo:TokensPerSecond", "100000"),
        ];

        public TestServer Optional { get; private set; } = null!;

        public TestServer Required { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            Optional = await TestServer.StartAsync(Settings);
            Required = await TestServer.StartAsync([.. Settings, .. Keys.Required]);
        }

        public async Task DisposeAsync()
        {
            await Optional.DisposeAsync();
            await Required.DisposeAsync();
        }
    }
}
