using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Clients;

/// <summary>One client library that people use.</summary>
/// <param name="Name">Of its column in the table.</param>
/// <param name="Module">What the client process is told to load.</param>
internal sealed record RealClient(string Name, string Module)
{
    private const string NotInstalled = "The packages of the Node clients are not installed: run './run.sh test', or 'npm ci' in tests/StreamActors.Clients/node.";

    /// <summary>Runs in .NET, else in Node.</summary>
    public bool InDotNet { get; init; }

    /// <summary>Can tell the code of an error that comes in a stream; else it only says that the stream broke.</summary>
    public bool ReadsFrames { get; init; } = true;

    /// <summary>Speaks Ollama's protocol: its errors are a text without a code, and there are no heartbeats.</summary>
    public bool SpeaksOllama { get; init; }

    /// <summary>Can list the models.</summary>
    public bool Lists { get; init; }

    /// <summary>Can speak HTTP/2.</summary>
    public bool SpeaksHttp2 => InDotNet || FromTheMachine;

    /// <summary>Its version is the machine's matter, not this repository's.</summary>
    public bool FromTheMachine { get; init; }

    public static IReadOnlyList<RealClient> All { get; } =
    [
        new("openai (Node)", "openai") { Lists = true },
        new("Vercel AI SDK", "ai-sdk"),
        new("LangChain", "langchain"),
        new("OpenAI .NET", "openai-dotnet") { InDotNet = true, Lists = true, ReadsFrames = false },
        new("Microsoft.Extensions.AI", "extensions-ai") { InDotNet = true, ReadsFrames = false },
        new("ollama (Node)", "ollama") { SpeaksOllama = true, Lists = true },
        new("curl", "curl") { FromTheMachine = true },
    ];

    public Task<ClientProcess> StartAsync()
    {
        if (InDotNet)
        {
            var folder = AppContext.BaseDirectory.Replace("StreamActors.Server.Tests", "StreamActors.Clients", StringComparison.Ordinal);
            return ClientProcess.StartAsync(
                Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "exec", Path.Combine(folder, "StreamActors.Clients.dll"), Module);
        }

        var node = Path.Combine(Repository.Root, "tests", "StreamActors.Clients", "node");
        if (!Directory.Exists(Path.Combine(node, "node_modules")))
            throw new InvalidOperationException(NotInstalled);
        return ClientProcess.StartAsync("node", Path.Combine(node, "run.mjs"), Module);
    }
}
