using Akka.Streams;
using Akka.Streams.Stage;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// Source stage over a backend's chunks: one element is every chunk that is there without waiting. Materializes the task that
/// completes when the backend's enumerator has been disposed, which is when its connection is closed; the stage lives until then.
/// </summary>
internal sealed class ChunkSource : GraphStageWithMaterializedValue<SourceShape<EventBatch>, Task<UpstreamEnd>>
{
    private readonly Outlet<EventBatch> _out = new("ChunkSource.out");
    private readonly IAsyncEnumerable<Chunk> _chunks;
    private readonly CancellationTokenSource _upstream;
    private readonly bool _eventStream;
    private readonly StreamProgress _progress;

    /// <param name="chunks">The backend's answer; its first step sends the request.</param>
    /// <param name="upstream">Source of the token given to the backend; the stage cancels it when nobody wants more.</param>
    /// <param name="eventStream">Framing of the elements.</param>
    /// <param name="progress">Is told of each chunk.</param>
    public ChunkSource(IAsyncEnumerable<Chunk> chunks, CancellationTokenSource upstream, bool eventStream, StreamProgress progress)
    {
        (_chunks, _upstream, _eventStream, _progress) = (chunks, upstream, eventStream, progress);
        Shape = new SourceShape<EventBatch>(_out);
    }

    public override SourceShape<EventBatch> Shape { get; }

    public override ILogicAndMaterializedValue<Task<UpstreamEnd>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this);
        return new LogicAndMaterializedValue<Task<UpstreamEnd>>(logic, logic.End);
    }

    private sealed class Logic : OutGraphStageLogic
    {
        private const int MaxBatchBytes = 32 * 1024;

        private readonly ChunkSource _stage;
        private readonly EventBatch _batch;
        private readonly UpstreamReader _reader;
        private bool _unwanted;

        public Logic(ChunkSource stage) : base(stage.Shape)
        {
            _stage = stage;
            _batch = new EventBatch(stage._eventStream);
            _reader = new UpstreamReader(stage._chunks, stage._upstream, GetAsyncCallback(OnStepped));
            SetHandler(stage._out, this);
        }

        public Task<UpstreamEnd> End => _reader.End;

        public override void PreStart() => SetKeepGoing(true);

        public override void OnPull()
        {
            _batch.Clear();
            _stage._progress.Taken();
            Fill();
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            _unwanted = true;
            _stage._upstream.CancelSafely();
            if (_reader.Step != UpstreamStep.Waiting)
                CloseUpstream();
        }

        public override void PostStop() => _reader.Abandon();

        private void OnStepped()
        {
            _reader.Settle();
            if (_reader.Step == UpstreamStep.Closed)
                Finish();
            else if (_unwanted)
                CloseUpstream();
            else if (IsAvailable(_stage._out))
                Fill();
        }

        /// <summary>Takes every chunk that is there, then pushes, closes or waits.</summary>
        private void Fill()
        {
            while (_batch.Bytes.Length < MaxBatchBytes)
            {
                if (_reader.Step == UpstreamStep.Idle)
                    _reader.Advance();
                if (_reader.Step != UpstreamStep.HasChunk)
                    break;
                var chunk = _reader.Take();
                _stage._progress.Note(chunk.Facts);
                _batch.Add(chunk);
            }

            if (!_batch.Bytes.IsEmpty)
            {
                _stage._progress.HandedOn();
                Push(_stage._out, _batch);
            }
            else if (_reader.Step == UpstreamStep.Exhausted)
            {
                CloseUpstream();
            }
        }

        private void CloseUpstream()
        {
            _reader.Close();
            if (_reader.Step == UpstreamStep.Closed)
                Finish();
        }

        private void Finish()
        {
            SetKeepGoing(false);
            CompleteStage();
        }
    }
}
