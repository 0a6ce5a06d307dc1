using System.ComponentModel.DataAnnotations;
using StreamActors.Backends.Ollama;
using StreamActors.Backends.Upstream;

namespace StreamActors.Backends;

/// <summary>What speaks to the model server.</summary>
public enum BackendType
{
    /// <summary>The embedded demo: no network, no model.</summary>
    Demo,
    /// <summary>Any server with OpenAI's chat completions over HTTP: Ollama, vLLM, llama-server, LM Studio, OpenAI.</summary>
    OpenAiCompatible,
    /// <summary>Ollama by its own <c>/api/chat</c>.</summary>
    Ollama,
    /// <summary>Any <c>Microsoft.Extensions.AI.IChatClient</c> that the program registers.</summary>
    ChatClient,
}

/// <summary>One backend, under <c>Backends:NAME</c>.</summary>
public sealed class BackendOptions : IValidatableObject
{
    /// <summary>What speaks to it.</summary>
    [Required]
    public BackendType? Type { get; set; }

    /// <summary>
    /// Base address with its version path, for example <c>http://127.0.0.1:11434/v1</c>; without a path, <c>/v1</c> is meant. Of an Ollama, without a path; left
    /// out, Ollama's own <c>http://127.0.0.1:11434</c>. A whole endpoint stands for its base; a query goes with every request; a user and password are sent as
    /// <c>Basic</c> in place of <see cref="ApiKey"/>.
    /// </summary>
    public Uri? Url { get; set; }

    /// <summary>Sent as a bearer token where set, without the white space around it.</summary>
    public string? ApiKey { get; set; }

    /// <summary>Whether the key that a caller sent goes to the backend in place of <see cref="ApiKey"/>, which still goes for callers without one.</summary>
    /// <value>Default false; <c>OpenAiCompatible</c> only.</value>
    public bool PassCallerKey { get; set; }

    /// <summary>Headers that every request to the backend carries, by name.</summary>
    public Dictionary<string, string> Headers { get; set; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The names of those headers of a caller's request that go on to the backend, in place of a configured one.</summary>
    /// <value>Default none.</value>
    public string[] PassHeaders { get; set; } = [];

    /// <summary>A file of certificates in PEM that may vouch for the server, beside those the system trusts.</summary>
    public string? CaFile { get; set; }

    /// <summary>The model names it serves; empty: the backend is asked for its list.</summary>
    public string[] Models { get; set; } = [];

    /// <summary>The model meant when a request names this backend in place of a model.</summary>
    public string? DefaultModel { get; set; }

    /// <summary>How long a connection may take to be ready: name, address, proxy and TLS together.</summary>
    /// <value>Default 5 s; 1 ms to 5 min.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "00:05:00")]
    public TimeSpan ConnectTimeout { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>The most bytes of one event of a streamed answer, or of one line of an Ollama's.</summary>
    /// <value>Default 32 MiB, in which an image of 20 MiB has room as base64; 1 KiB to 1 GiB.</value>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxEventBytes { get; set; } = 32 * 1024 * 1024;

    /// <summary>The most bytes of an answer that comes as one object, or is put together to one. A stream as a whole has no bound but its time.</summary>
    /// <value>Default 256 MiB, in which 2,048 embeddings of 3,072 numbers have room; 1 KiB to 1 GiB.</value>
    [Range(1024, 1024 * 1024 * 1024)]
    public int MaxAnswerBytes { get; set; } = 256 * 1024 * 1024;

    /// <summary>How many generations may run at once; left out: any number.</summary>
    /// <value>Default none; 1 to 100,000.</value>
    [Range(1, 100_000)]
    public int? MaxConcurrent { get; set; }

    /// <summary>How many more may wait for one of those to end, in the order of their arrival.</summary>
    /// <value>Default 100; 0 to 100,000.</value>
    [Range(0, 100_000)]
    public int MaxWaiting { get; set; } = 100;

    /// <summary>How many detached generations may not have ended before new prompts are refused.</summary>
    /// <value>Default 8; 1 to 10,000.</value>
    [Range(1, 10_000)]
    public int MaxDetached { get; set; } = 8;

    /// <summary>Demo only: the pace.</summary>
    /// <value>Tokens a second; default 30; 0.1 to 100,000.</value>
    [Range(0.1, 100_000)]
    public double TokensPerSecond { get; set; } = 30;

    /// <summary>Demo only: the same seed and prompt give the same answer.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Ollama only: the context's length in tokens for requests that do not name one.</summary>
    /// <value>Default: the model server's; 1 to 100,000,000.</value>
    [Range(1, 100_000_000)]
    public int? NumCtx { get; set; }

    /// <summary>Ollama only: how long the model stays loaded after a request that does not say: seconds, or a time such as <c>30m</c>; -1: for ever.</summary>
    public string? KeepAlive { get; set; }

    /// <summary>Ollama only: whether, or how hard, the model thinks where a request does not say: <c>true</c>, <c>false</c>, <c>low</c>, <c>medium</c>, <c>high</c>, <c>max</c>.</summary>
    /// <remarks>The <c>true</c> of a JSON file arrives as <c>True</c>.</remarks>
    public string? Think
    {
        get;
        set => field = value?.Trim().ToLowerInvariant();
    }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Type == BackendType.Ollama)
        {
            foreach (var fault in OllamaSettings.Faults(this))
                yield return fault;
        }

        if (Type == BackendType.OpenAiCompatible && Url is not { IsAbsoluteUri: true, Scheme: "http" or "https" })
        {
            yield return new ValidationResult(
                "is needed: an absolute http or https address such as http://127.0.0.1:11434/v1", [nameof(Url)]);
        }

        foreach (var fault in Type switch
        {
            BackendType.OpenAiCompatible => UpstreamSettings.Faults(this, UpstreamProtocol.OpenAi),
            BackendType.Ollama => UpstreamSettings.Faults(this, UpstreamProtocol.Ollama),
            null => [],
            _ => UpstreamSettings.Strangers(this),
        })
        {
            yield return fault;
        }

        if (PassCallerKey && Type is { } type and not BackendType.OpenAiCompatible)
            yield return new ValidationResult($"a backend of the type {type} takes no key", [nameof(PassCallerKey)]);
        foreach (var fault in BackendTypeSettings.Faults(this))
            yield return fault;
        if (Models.Any(string.IsNullOrWhiteSpace))
            yield return new ValidationResult("may not hold an empty name", [nameof(Models)]);
    }
}
