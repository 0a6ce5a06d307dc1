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
    private readonly OpenResponse _response;

    public ResponseSink(OpenResponse response)
    {
        _response = response;
        Shape = new SinkShape<EventBatch>(_in);
    }

    public override SinkShape<EventBatch> Shape { get; }

    public override ILogicAndMaterializedValue<Task<WriteResult>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this);
        return new LogicAndMaterializedValue<Task<WriteResult>>(logic, logic.End);
    }

    private sealed class Logic : InGraphStageLogic
    {
        private readonly TaskCompletionSource<WriteResult> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly ResponseSink _stage;
        private readonly Action _onWritten;
        private ConfiguredValueTaskAwaitable<WriteResult>.ConfiguredValueTaskAwaiter _write;
        private bool _writing;
        private bool _upstreamOver;

        public Logic(ResponseSink stage) : base(stage.Shape)
        {
            _stage = stage;
            _onWritten = GetAsyncCallback(AfterWrite);
            SetHandler(stage._in, this);
        }

        public Task<WriteResult> End => _end.Task;

        public override void PreStart()
        {
            SetKeepGoing(true);
            Pull(_stage._in);
        }

        public override void OnPush()
        {
            var batch = Grab(_stage._in);
            _write = _stage._response.WriteAsync(batch.Bytes, batch.HasContent).ConfigureAwait(false).GetAwaiter();
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
                Pull(_stage._in);
        }

        private void Finish(WriteResult result)
        {
            _end.TrySetResult(result);
            SetKeepGoing(false);
            CompleteStage();
        }
    }
}
