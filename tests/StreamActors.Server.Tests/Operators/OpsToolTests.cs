using Spectre.Console.Testing;
using StreamActors.Ops;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Operators;

/// <summary><c>run.sh ops</c> and <c>run.sh top</c> against the real server.</summary>
public class OpsToolTests
{
    private static readonly string Nowhere = Path.Combine(Path.GetTempPath(), "streamactors-no-such-folder");

    [Fact]
    public async Task Streams_and_sessions_are_shown_as_tables_and_cancelled()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, call) = await both.AskAsync(session: "me");
        using var _ = client;

        Assert.Matches(@"local/me +generating +[0-9a-f]{8} +m +0 ", (await RunAsync(both.Server, "ops", "sessions", "list")).Output);
        Assert.Matches(@"[0-9a-f]{8} +local/me +generating +m +up +0 ", (await RunAsync(both.Server, "ops", "streams", "list")).Output);
        Assert.Matches(@"model +m\s", (await RunAsync(both.Server, "ops", "sessions", "show", "me")).Output);
        Assert.Matches(@"up +OpenAiCompatible ", (await RunAsync(both.Server, "ops", "backends", "list")).Output);
        Assert.Contains("stream_start", (await RunAsync(both.Server, "ops", "events", "list")).Output);

        var (code, output, _) = await RunAsync(both.Server, "ops", "sessions", "cancel", "me");

        Assert.Equal(0, code);
        Assert.Matches("^local/me [0-9a-f]{32}: finished_cleanly, proven over after [0-9.]+ ms.$", output.Trim());
        Assert.True(call.HasClosed);
        Assert.Matches(@"ended +admin_cancel 1", (await RunAsync(both.Server, "ops", "stats")).Output);
    }

    [Fact]
    public async Task For_programs_the_servers_answer_comes_as_it_is()
    {
        await using var server = await TestServer.StartAsync();

        var (code, output, _) = await RunAsync(server, "ops", "drain", "on", "--json");
        Assert.Equal((0, """{"on":true,"stopping":false,"running":0}"""), (code, output.Trim()));

        (code, output, var errors) = await RunAsync(server, "ops", "sessions", "show", "nobody", "--json");
        Assert.Equal(1, code);
        Assert.Equal("not_found", System.Text.Json.JsonDocument.Parse(output).RootElement.GetProperty("error").GetProperty("code").GetString());
        Assert.StartsWith("There is no such live session", errors);
    }

    [Fact]
    public async Task Draining_and_the_level_are_said_in_a_sentence()
    {
        await using var server = await TestServer.StartAsync();

        Assert.StartsWith("Draining: new prompts are answered 503", (await RunAsync(server, "ops", "drain", "on")).Output);
        Assert.StartsWith("Draining", (await RunAsync(server, "ops", "drain")).Output);
        Assert.StartsWith("New prompts are taken.", (await RunAsync(server, "ops", "drain", "off")).Output);
        Assert.StartsWith("The log's level is Warning.", (await RunAsync(server, "ops", "log-level", "warning")).Output);
    }

    [Fact]
    public async Task A_wrong_key_and_what_is_not_there_end_with_1_a_wrong_command_with_2()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(1, (await RunAsync(server, "ops", "sessions", "cancel", "nobody")).Code);
        var (code, _, errors) = await RunAsync(server, "ops", "stats", "--key", "wrong");
        Assert.Equal(1, code);
        Assert.StartsWith("The operator key is needed", errors);
        Assert.Equal(2, (await RunAsync(server, "ops", "log-level", "loud")).Code);
        Assert.Equal(0, (await RunAsync(server, "ops", "stats", "--key", server.OperatorKey)).Code);
    }

    /// <summary>As the server reads it.</summary>
    [Theory]
    [InlineData("utf-8", "Server", "Urls", "Operations", "KeyFile")]
    [InlineData("utf-16", "Server", "Urls", "Operations", "KeyFile")]
    [InlineData("utf-8", "server", "urls", "OPERATIONS", "keyfile")]
    public async Task The_folders_settings_are_read_in_any_case_and_encoding(string encoding, string server, string urls, string operations, string keyFile)
    {
        await using var running = await TestServer.StartAsync();
        var folder = Directory.CreateTempSubdirectory("streamactors-ops-").FullName;
        Directory.CreateDirectory(Path.Combine(folder, "config"));
        await File.WriteAllTextAsync(
            Path.Combine(folder, "config", "appsettings.json"),
            $$"""{ "{{server}}": { "{{urls}}": "{{running.Address}}" }, /* key */ "{{operations}}": { "{{keyFile}}": "{{running.Folder}}/logs/operator.key", }, }""",
            System.Text.Encoding.GetEncoding(encoding));

        Assert.Equal(0, (await RunAsync(folder, "stats")).Code);
        Directory.Delete(folder, recursive: true);
    }

    [Theory]
    [InlineData("There is no command 'ops explode'", "ops", "explode")]
    [InlineData("There is no command 'explode'", "explode")]
    [InlineData("There is no command 'top ops'", "top", "ops")]
    [InlineData("'maybe' is too much after 'drain'", "ops", "drain", "maybe")]
    [InlineData("'sessions cancel' needs a session", "ops", "sessions", "cancel")]
    [InlineData("'b' is too much after 'sessions show'", "ops", "sessions", "show", "a", "b")]
    [InlineData("--url needs a value", "ops", "stats", "--url")]
    [InlineData("'--limit many' is not understood", "ops", "stats", "--limit", "many")]
    [InlineData("'--nonsense' is not understood", "top", "--nonsense")]
    [InlineData("'ftp://x' is no address of a server", "ops", "stats", "--url", "ftp://x")]
    [InlineData("'http://192.0.2.1:8000' is not on this machine", "ops", "stats", "--key", "secret", "--url", "http://192.0.2.1:8000")]
    [InlineData("'https://chat.example' is not on this machine", "top", "--url", "https://chat.example")]
    public async Task A_command_that_is_wrong_is_said_in_one_sentence_without_asking_anybody(string says, params string[] args)
    {
        var (code, output, errors) = await RunAsync(Nowhere, args);

        Assert.Equal((2, ""), (code, output));
        Assert.StartsWith(says, errors);
        Assert.Single(errors.Trim().Split('\n'));
    }

    [Fact]
    public void Each_command_of_the_tool_is_one_of_the_servers() => Assert.All(
        CommandLine.Commands, c => Assert.NotNull(StreamActors.Operations.OperatorCommands.Parse(c.Key, c.Value ? "x" : null, 1, out _)));

    [Theory]
    [InlineData("ops")]
    [InlineData("ops", "--help")]
    [InlineData("top", "help")]
    public async Task Without_a_command_the_help_is_shown(params string[] args)
    {
        var (code, output, _) = await RunAsync(Nowhere, args);

        Assert.Equal(0, code);
        Assert.Contains("sessions cancel SESSION", output);
        Assert.All(output.Split('\n'), line => Assert.True(line.Length < 110, line));
    }

    [Theory]
    [InlineData("ops", "stats")]
    [InlineData("top")]
    public async Task Where_no_server_is_the_tool_says_what_to_do_and_ends_with_3(params string[] words)
    {
        using var refusing = new RefusingAddress();

        var (code, _, errors) = await RunAsync(Nowhere, [.. words, "--url", refusing.Url]);

        Assert.Equal(3, code);
        Assert.StartsWith($"No server can be reached at {refusing.Url}/. Start it with 'dotnet StreamActors.Server.dll'", errors);
    }

    [Theory]
    [InlineData("<html>", "ops", "stats")]
    [InlineData("<html>", "ops", "stats", "--json")]
    [InlineData("{}", "ops", "stats")]
    [InlineData("{}", "ops", "sessions", "list")]
    [InlineData("{}", "ops", "drain")]
    [InlineData("{}", "top")]
    [InlineData("""{"total":1,"sessions":null}""", "ops", "streams", "list")]
    [InlineData("[1]", "ops", "backends", "list", "--json")]
    public async Task What_is_no_server_of_this_kind_is_not_taken_for_one(string answer, params string[] words)
    {
        await using var upstream = new RawUpstream();
        var running = RunAsync(Nowhere, [.. words, "--url", upstream.Url]);
        await (await upstream.NextCallAsync()).AnswerAsync("200 OK", answer);

        var (code, _, errors) = await running;

        Assert.Equal(3, code);
        Assert.Contains("not as a StreamActors server does", errors);
    }

    [Fact]
    public async Task With_nobody_to_look_on_top_shows_all_once_in_eighty_columns()
    {
        await using var both = await ServerWithUpstream.StartAsync();
        var (client, _) = await both.AskAsync(session: "a-session-with-a-name-that-is-far-too-long-for-any-terminal-of-eighty-columns");
        using var __ = client;

        var (code, output, _) = await RunAsync(both.Server, "top");

        Assert.Equal(0, code);
        Assert.Contains("takes prompts", output);
        Assert.Matches(@"streams +1 running, 0 waiting; 1 sessions", output);
        Assert.Matches(@"up +reachable +1 +0 +0 +0", output);
        Assert.Contains("stream_start", output);
        Assert.All(output.Split('\n'), line => Assert.True(line.TrimEnd().Length <= 80, line));
    }

    private static Task<(int Code, string Output, string Errors)> RunAsync(TestServer server, params string[] args) =>
        RunAsync(server.Folder, [.. args, "--url", server.Address.ToString()]);

    private static async Task<(int Code, string Output, string Errors)> RunAsync(string folder, params string[] args)
    {
        using var console = new TestConsole();
        using var output = new StringWriter();
        using var errors = new StringWriter();
        console.Profile.Width = args[0] == "top" ? 80 : 200;
        var code = await OpsProgram.RunAsync(args, console, output, errors, folder, live: false, CancellationToken.None);
        return (code, output + console.Output, errors.ToString());
    }
}
