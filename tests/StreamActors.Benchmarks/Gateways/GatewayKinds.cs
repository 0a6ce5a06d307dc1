namespace StreamActors.Benchmarks.Gateways;

/// <summary>All there is to measure, in the order of the tables.</summary>
internal static class GatewayKinds
{
    public const string Nginx = "nginx";
    public const string Raw = "raw";
    public const string Yarp = "yarp";

    private const string Tuned = "with the pool's spinning off, inline socket completions and inline scheduling";

    public static IReadOnlyList<GatewayKind> All { get; } =
    [
        new Direct(),
        new Nginx(),
        new HaProxy(),
        new PeerGateway(Raw, "HttpClient copied to Kestrel's PipeWriter by hand, no log"),
        new PeerGateway(Raw, $"the same {Tuned}", Tuned: true),
        new PeerGateway(Yarp, "YARP with one route, no log"),
        new PeerGateway(Yarp, $"the same {Tuned}", Tuned: true),
        new PeerGateway("ichat", "read through IChatClient (the OpenAI package) and written anew, no log"),
        new OursGateway("ours", "this server as shipped, log to file and console"),
        new OursGateway("ours-untuned", "the same with the pool's spinning, without inline completions and scheduling", Tuned: false),
        new OursGateway("ours-tuned", $"the same {Tuned}", Tuned: true),
    ];
}
