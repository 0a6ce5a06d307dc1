using Akka.Streams;
using Akka.Streams.Dsl;

namespace StreamActors.Streaming;

/// <summary>
/// One materialized token path: a fused island of a source that reads backends and a sink that writes to responses. It carries one answer
/// at a time and, when that is over, the next: to materialize costs more than a short answer does. No buffer but the element under way;
/// what the client does not take, the backend is not asked for. Given to its stages as an attribute.
/// </summary>
internal sealed class TokenPath : Attributes.IAttribute
{
    /// <summary>The same for all, and fused once.</summary>
    private static readonly Akka.Streams.Fusing.FusedGraph<ClosedShape, Akka.NotUsed> Graph = Akka.Streams.Fusing.Aggressive(
        Source.FromGraph(new ChunkSource()).To(Sink.FromGraph(new ResponseSink())));

    private readonly Lock _lock = new();
    private readonly Action<TokenPath> _idle;
    private Action<PumpedAnswer>? _begin;
    private Action<PumpedAnswer>? _stop;
    private Action? _close;
    private PumpedAnswer? _answer;
    private bool _gone;

    private TokenPath(Action<TokenPath> idle) => _idle = idle;

    /// <summary>Makes one.</summary>
    /// <param name="materializer">Must outlive it.</param>
    /// <param name="idle">Called when an answer is over and the next may begin.</param>
    public static TokenPath Materialize(IMaterializer materializer, Action<TokenPath> idle)
    {
        var path = new TokenPath(idle);
        materializer.Materialize(Graph, new Attributes(path));
        return path;
    }

    /// <summary>That of a stage.</summary>
    public static TokenPath Of(Attributes attributes) => attributes.GetAttribute<TokenPath>()!;

    /// <summary>The answer it carries. For the stages.</summary>
    public PumpedAnswer? Answer => _answer;

    /// <summary>Begins with an answer. False: the path is gone, with its materializer.</summary>
    public bool TryBegin(PumpedAnswer answer)
    {
        lock (_lock)
        {
            if (_gone)
                return false;
            answer.Path = this;
            _answer = answer;
        }

        _begin!(answer);
        return true;
    }

    /// <summary>Ends an answer, if it is the one on the way.</summary>
    public void Stop(PumpedAnswer answer) => _stop!(answer);

    /// <summary>Nobody needs it any more; not while it carries an answer.</summary>
    public void Close() => _close!();

    /// <summary>For the source, which does what is asked of the path on its own thread.</summary>
    public void Connect(Action<PumpedAnswer> begin, Action<PumpedAnswer> stop, Action close) => (_begin, _stop, _close) = (begin, stop, close);

    /// <summary>For the source: the answer is over.</summary>
    public void Over(PumpEnd end)
    {
        PumpedAnswer answer;
        lock (_lock)
            (answer, _answer) = (_answer!, null);
        _idle(this);
        answer.Complete(end);
    }

    /// <summary>For the source: the path is gone. Gives the answer that was on the way, or was to begin.</summary>
    public PumpedAnswer? Gone()
    {
        lock (_lock)
        {
            _gone = true;
            return _answer;
        }
    }
}
