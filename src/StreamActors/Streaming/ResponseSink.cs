using System.Runtime.CompilerServices;
using Akka.Streams;
using Akka.Streams.Stage;

namespace StreamActors.Streaming;

/// <summary>
/// Sink stage that writes each element to the open response with one flush and asks for the next when the client has taken it.
/// Materializes the task that completes when it writes no more.
/// </summary>
internal sealed class ResponseSink : GraphStageWithMaterializedValue<SinkShape<EventBatch>, Task<WriteResult>>
{
    private readonly Inlet<EventBatch> _in = new("ResponseSink.in");

    public ResponseSink() => Shape = new SinkShape<EventBatch>(_in);

    public override SinkShape<EventBatch> Shape { get; }

    public override ILogicAndMaterializedValue<Task<WriteResult>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, PumpedAnswer.Of(inheritedAttributes).Response);
        return new LogicAndMaterializedValue<Task<WriteResult>>(logic, logic.End);
    }

    private sealed class Logic : InGraphStageLogic
    {
        private readonly TaskCompletionSource<WriteResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly Inlet<EventBatch> _in;
        private readonly OpenResponse _response;
        private readonly Action _onWritten;
        private ConfiguredValueTaskAwaitable<WriteResult>.ConfiguredValueTaskAwaiter _write;
        private bool _writing;
        private bool _upstreamOver;

        public Logic(ResponseSink stage, OpenResponse response) : base(stage.Shape)
        {
            (_in, _response) = (stage._in, response);
            _onWritten = GetAsyncCallback(AfterWrite);
            SetHandler(_in, this);
        }

        public Task<WriteResult> End => _end.Task;

        public override void PreStart()
        {
            SetKeepGoing(true);
            Pull(_in);
        }

        public override void OnPush()
        {
            var batch = Grab(_in);
            _write = _response.WriteAsync(batch.Bytes, batch.HasContent).ConfigureAwait(false).GetAwaiter();
            _writing = true;
            if (_write.IsCompleted)
                AfterWrite();
            else
                _write.UnsafeOnCompleted(_onWritten);
        }

        public override void OnUpstreamFinish()
        {
            _upstreamOver = true;
            if (!_writing)
                Finish(WriteResult.Written);
        }

        public override void OnUpstreamFailure(Exception e) => OnUpstreamFinish();

        public override void PostStop() => _end.TrySetResult(WriteResult.Fenced);

        private void AfterWrite()
        {
            _writing = false;
            var result = _write.GetResult();
            if (result != WriteResult.Written || _upstreamOver)
                Finish(result);
            else
                Pull(_in);
        }

        private void Finish(WriteResult result)
        {
            _end.TrySetResult(result);
            SetKeepGoing(false);
            CompleteStage();
        }
    }
}
