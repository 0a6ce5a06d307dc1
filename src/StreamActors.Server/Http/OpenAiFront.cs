using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Server.Http;

/// <summary>OpenAI's chat completions: what the backends speak too, so chunks pass unaltered.</summary>
internal sealed class OpenAiFront : IChatFront
{
    public static readonly OpenAiFront Instance = new();

    private OpenAiFront()
    {
    }

    public ChatBody Read(ReadOnlyMemory<byte> body) => ChatRequestReader.Check(body);

    public async Task<ModelRoute> RouteAsync(CallerModels models, string? model, CancellationToken cancellation) =>
        await models.ResolveAsync(model, cancellation) ?? throw models.Explain(model);

    public IAnswerFormat Format(bool stream, string model, TimeProvider time) => stream ? Events.Instance : Whole.Instance;

    /// <summary>Server-sent events; <c>[DONE]</c> says that the answer is complete.</summary>
    private sealed class Events : IAnswerFormat
    {
        public static readonly Events Instance = new();
        private static readonly byte[] Done = "data: [DONE]\n\n"u8.ToArray();

        public IChunkFormat Chunks => EventStreamFormat.Instance;

        public string ContentType => "text/event-stream";

        public bool Streamed => true;

        public ReadOnlyMemory<byte> Completed() => Done;

        public ReadOnlyMemory<byte> Cut(ApiError error, TraceId trace) =>
            (byte[])[.. "data: "u8, .. error.ToJson(trace), .. "\n\n"u8];
    }

    /// <summary>The backend's one object; its length or the last chunk of the body says that it is complete.</summary>
    private sealed class Whole : IAnswerFormat
    {
        public static readonly Whole Instance = new();

        public IChunkFormat Chunks => UnframedFormat.Instance;

        public string ContentType => "application/json";

        public bool Streamed => false;

        public ReadOnlyMemory<byte> Completed() => default;

        public ReadOnlyMemory<byte> Cut(ApiError error, TraceId trace) => default;
    }
}
