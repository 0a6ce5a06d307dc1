using Akka.Actor;
using Akka.Hosting;
using Akka.TestKit.Xunit2;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Petabridge.Cmd;
using Petabridge.Cmd.Host;
using StreamActors.Operations;
using StreamActors.PetabridgeCmd;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;
using Xunit.Abstractions;

namespace StreamActors.Tests.PetabridgeCmd;

/// <summary>Each command of the palette, as pbm would send it to its handler.</summary>
public class PaletteSpecs : TestKit
{
    private readonly OperationsHarness _harness;
    private readonly IActorRef _handler;

    public PaletteSpecs(ITestOutputHelper output) : base(output: output)
    {
        _harness = new OperationsHarness(Sys);
        _handler = Sys.ActorOf(new StreamsPaletteHandler(_harness.Actor).HandlerProps);
    }

    [Fact]
    public async Task Sessions_and_streams_are_listed_in_lines()
    {
        var client = await RunningAsync();

        var sessions = await LinesAsync("sessions-list");
        Assert.StartsWith("session        state       trace", sessions[0]);
        Assert.Matches($"^owner/session  generating  {client.Prompt.Trace}  ", sessions[1]);
        Assert.Equal("1 of 1", sessions[2]);
        Assert.Equal(sessions[1].Split("  ")[..3], (await LinesAsync("list"))[1].Split("  ")[..3]);
        Assert.Contains(await LinesAsync("sessions-show", ("-s", "session")), line => line == $"trace        {client.Prompt.Trace}");
    }

    [Fact]
    public async Task A_session_is_cancelled_with_its_receipt_and_the_log_says_that_pbm_did_it()
    {
        var client = await RunningAsync();

        var line = Assert.Single(await LinesAsync("sessions-cancel", ("-s", "owner/session")));

        Assert.StartsWith($"owner/session {client.Prompt.Trace}: finished_cleanly took_ms=", line);
        Assert.Equal(EndReason.AdminCancel, (await client.Ending).Reason);
        Assert.Contains("operator_action who=pbm claimed_user=- action=sessions_cancel target=owner/session", Assert.Single(_harness.Lines));
    }

    [Fact]
    public async Task A_stream_is_cancelled_by_its_trace()
    {
        var client = await RunningAsync();

        Assert.Contains("finished_cleanly", Assert.Single(await LinesAsync("cancel", ("-t", client.Prompt.Trace.Value[..8]))));
    }

    [Fact]
    public async Task Backends_events_and_figures_are_shown()
    {
        await RunningAsync();

        var backends = await LinesAsync("backends-list");
        Assert.Equal(["fake", "-", "yes", "1", "0", "0", "8", "0", "0", "0"], backends[1].Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains(await LinesAsync("events-list"), line => line.Contains("stream_start") && line.EndsWith("fake"));
        Assert.Contains(await LinesAsync("stats"), line => line.StartsWith("accepted ") && line.EndsWith(" 1"));
    }

    [Fact]
    public async Task Draining_and_the_level_of_the_log_are_shown_and_set()
    {
        Assert.Equal("New prompts are taken.", Assert.Single(await LinesAsync("drain")));
        Assert.StartsWith("Draining: ", Assert.Single(await LinesAsync("drain", ("-s", "on"))));
        Assert.True(_harness.On);
        Assert.Equal("New prompts are taken.", Assert.Single(await LinesAsync("drain", ("-S", "off"))));
        Assert.Equal("The log's level is Information.", Assert.Single(await LinesAsync("log-level")));
        Assert.Equal("The log's level is Debug.", Assert.Single(await LinesAsync("log-level", ("-l", "debug"))));
    }

    [Theory]
    [InlineData("sessions-show", "-s", "nobody", "There is no such live session")]
    [InlineData("sessions-cancel", "-s", "", "needs the argument 'session'")]
    [InlineData("sessions-cancel", "-x", "a", "needs the argument 'session'")]
    [InlineData("cancel", "-t", "123456", "There is no such stream")]
    [InlineData("drain", "-s", "maybe", "'maybe' is neither on nor off")]
    [InlineData("log-level", "-l", "loud", "The level is one of")]
    public async Task What_cannot_be_done_is_an_error_of_one_sentence(string command, string name, string value, string says)
    {
        Send(command, (name, value));

        var error = await ExpectMsgAsync<ErroredCommandResponse>();

        Assert.Contains(says, error.Msg);
        Assert.True(error.Final);
    }

    [Fact]
    public void Every_command_and_argument_has_a_help_text()
    {
        Assert.Equal("streams", StreamsPalette.Instance.ModuleName);
        Assert.Equal(10, StreamsPalette.Instance.Commands.Count);
        Assert.All(StreamsPalette.Instance.Commands, c => Assert.EndsWith(".", c.Description));
        Assert.All(StreamsPalette.Instance.Commands.SelectMany(c => c.ArgumentsByName.Values), a => Assert.EndsWith(".", a.Description));
    }

    [Fact]
    public async Task The_host_is_given_the_palette_and_listens_for_this_machine_only_and_a_server_alone_has_no_cluster_commands()
    {
        using var host = new HostBuilder().ConfigureServices(services => services.AddAkka("pbm", akka => akka
            .WithActors((system, registry) => registry.Register<OperationsActor>(_harness.Actor))
            .WithPetabridgeCmd(9110))).Build();
        await host.StartAsync();

        var given = await host.Services.GetRequiredService<IRequiredActor<ContractHost>>().ActorRef
            .Ask<(string? Host, int? Port, string Palettes)>("what were you given?", TimeSpan.FromSeconds(10));

        Assert.Equal(("127.0.0.1", 9110, "streams"), given);
        await host.StopAsync();
    }

    private async Task<FakeClient> RunningAsync()
    {
        var client = _harness.Sessions.Submit();
        await _harness.Sessions.Backend.NextCallAsync();
        return client;
    }

    private void Send(string command, params (string Switch, string Value)[] arguments) =>
        _handler.Tell(new Command("streams", command, arguments.Select(a => Tuple.Create(a.Switch, a.Value))), TestActor);

    /// <summary>All lines of an answer that is none of an error.</summary>
    private async Task<List<string>> LinesAsync(string command, params (string Switch, string Value)[] arguments)
    {
        Send(command, arguments);
        var lines = new List<string>();
        while (await ExpectMsgAsync<CommandResponse>() is var response)
        {
            Assert.IsNotType<ErroredCommandResponse>(response);
            if (response.Final)
                return lines;
            lines.Add(response.Msg);
        }

        return lines;
    }
}
