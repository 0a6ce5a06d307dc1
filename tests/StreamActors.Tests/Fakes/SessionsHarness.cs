using Akka.Actor;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Backends;
using StreamActors.Generations;
using StreamActors.Protocol;
using StreamActors.Sessions;
using StreamActors.Streaming;
using StreamActors.Telemetry;

namespace StreamActors.Tests.Fakes;

/// <summary>The real sessions with a scripted backend, clients without HTTP, and a clock that the test moves.</summary>
internal sealed class SessionsHarness
{
    public SessionsHarness(ActorSystem system, IBackend? backend = null, BackendOptions? limits = null)
    {
        (Statistics, Events) = (new StreamStatistics(Time), new RecentEvents(Time));
        Limits = limits ?? new BackendOptions();
        Backend = backend as ScriptedBackend ?? new ScriptedBackend();
        Backends = new BackendRegistry([(backend ?? Backend, Limits)]);
        Load = Backends.LoadOf((backend ?? Backend).Name);
        var generations = new GenerationResources(Backends, Deadlines, Time);
        var resources = new SessionResources(Options, Responses, Backends, Directory, new StreamLogs([Log, Statistics, Events]), spec => GenerationActor.Props(spec, generations), Time);
        Sessions = system.ActorOf(SessionsActor.Props(resources));
    }

    public ScriptedBackend Backend { get; }

    /// <summary>The one backend, and what runs there.</summary>
    public BackendRegistry Backends { get; }

    public FakeTimeProvider Time { get; } = new();

    public SessionsOptions Options { get; } = new();

    /// <summary>What runs at the backend.</summary>
    public BackendLoad Load { get; }

    /// <summary>The backend's limits.</summary>
    public BackendOptions Limits { get; }

    public GenerationsOptions Deadlines { get; } = new();

    public OpenResponses Responses { get; } = new();

    public SessionDirectory Directory { get; } = new();

    public RecordingLog Log { get; } = new();

    public StreamStatistics Statistics { get; }

    public RecentEvents Events { get; }

    public IActorRef Sessions { get; }

    public static SessionKey Session { get; } = new("owner", "session");

    /// <summary>A client opens its response and its prompt reaches the sessions.</summary>
    public FakeClient Submit(SessionKey? session = null, ChatRequest? request = null, bool oneShot = false)
    {
        var client = FakeClient.Open(Responses, session ?? Session, Time, request);
        Sessions.Tell(new SessionProtocol.SubmitPrompt(session ?? Session, client.Prompt, oneShot));
        return client;
    }

    public void ClientGone(FakeClient client) =>
        Sessions.Tell(new SessionProtocol.ClientGone(Session, client.Prompt.Trace, EndReason.ClientDisconnect));

    public Task<Receipt> CancelAsync(FakeClient client) => Sessions.Ask<Receipt>(
        new SessionProtocol.CancelStream(client.Response.Session, client.Prompt.Trace, EndReason.ClientCancel), TimeSpan.FromSeconds(10));
}
