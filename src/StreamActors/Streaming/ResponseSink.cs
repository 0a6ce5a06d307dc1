using System.Runtime.CompilerServices;
using Akka.Streams;
using Akka.Streams.Stage;

namespace StreamActors.Streaming;

/// <summary>
/// Sink stage that writes each element to the open response with one flush, notes what became of it, and asks for the next when the client
/// has taken it.
/// </summary>
internal sealed class ResponseSink : GraphStage<SinkShape<EventBatch>>
{
    private readonly Inlet<EventBatch> _in = new("ResponseSink.in");

    public ResponseSink() => Shape = new SinkShape<EventBatch>(_in);

    public override SinkShape<EventBatch> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, TokenPath.Of(inheritedAttributes));

    private sealed class Logic : InGraphStageLogic
    {
        private readonly Inlet<EventBatch> _in;
        private readonly TokenPath _path;
        private readonly Action _onWritten;
        private ConfiguredValueTaskAwaitable<WriteResult>.ConfiguredValueTaskAwaiter _write;
        private EventBatch? _batch;

        public Logic(ResponseSink stage, TokenPath path) : base(stage.Shape)
        {
            (_in, _path) = (stage._in, path);
            _onWritten = GetAsyncCallback(AfterWrite);
            SetHandler(_in, this);
        }

        public override void PreStart() => Pull(_in);

        public override void OnPush()
        {
            _batch = Grab(_in);
            _write = _path.Answer!.Response.WriteAsync(_batch.Bytes, _batch.HasContent, flush: !_batch.IsLast).ConfigureAwait(false).GetAwaiter();
            if (_write.IsCompleted)
                AfterWrite();
            else
                _write.UnsafeOnCompleted(_onWritten);
        }

        private void AfterWrite()
        {
            _batch!.Output = _write.GetResult();
            Pull(_in);
        }
    }
}
