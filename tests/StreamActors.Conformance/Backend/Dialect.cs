using System.Text;

namespace StreamActors.Conformance.Backend;

/// <summary>How a model server words its answers: OpenAI's server-sent events, or Ollama's lines.</summary>
internal abstract class Dialect
{
    public static Dialect OpenAi { get; } = new OpenAiDialect();

    public static Dialect Ollama { get; } = new OllamaDialect();

    /// <summary>Whether an answer is streamed when the request does not say.</summary>
    public abstract bool StreamsByDefault { get; }

    /// <summary>What a streamed answer's body is.</summary>
    public abstract string StreamType { get; }

    /// <summary>A piece without content that is not even a chunk.</summary>
    public abstract string Comment { get; }

    /// <summary>A chunk without content.</summary>
    public abstract string Empty { get; }

    /// <summary>A piece that is not JSON.</summary>
    public abstract string Garbage { get; }

    /// <summary>A piece that says that the model failed.</summary>
    public abstract string Error { get; }

    /// <summary>One token of a streamed answer.</summary>
    public abstract string Token(ChatRequest chat, long id, bool first, string text);

    /// <summary>The end of a complete streamed answer.</summary>
    public abstract string Tail(ChatRequest chat, long id);

    /// <summary>An answer that is not streamed, with its head.</summary>
    public abstract byte[] Whole(ChatRequest chat, long id, string text);

    /// <summary>A refusal, with its head.</summary>
    public abstract byte[] Refusal(int status, string message);

    /// <summary>A chunk of this content, all of it ASCII or as it is.</summary>
    public byte[] Content(ReadOnlySpan<byte> content)
    {
        var frame = ContentFrame;
        return [.. Encoding.ASCII.GetBytes(frame.Before), .. content, .. Encoding.ASCII.GetBytes(frame.After)];
    }

    /// <summary>What stands before and after the content of a chunk.</summary>
    protected abstract (string Before, string After) ContentFrame { get; }
}
