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

    public ChunkSource() => Shape = new SourceShape<EventBatch>(_out);

    public override SourceShape<EventBatch> Shape { get; }

    public override ILogicAndMaterializedValue<Task<UpstreamEnd>> CreateLogicAndMaterializedValue(Attributes inheritedAttributes)
    {
        var logic = new Logic(this, PumpedAnswer.Of(inheritedAttributes));
        return new LogicAndMaterializedValue<Task<UpstreamEnd>>(logic, logic.End);
    }

    private sealed class Logic : OutGraphStageLogic
    {
        private const int MaxBatchBytes = 32 * 1024;

        private readonly Outlet<EventBatch> _out;
        private readonly PumpedAnswer _answer;
        private readonly EventBatch _batch;
        private readonly UpstreamReader _reader;
        private readonly Action _again;
        private bool _unwanted;

        public Logic(ChunkSource stage, PumpedAnswer answer) : base(stage.Shape)
        {
            (_out, _answer) = (stage._out, answer);
            _batch = new EventBatch(answer.Response.Chunks);
            _again = GetAsyncCallback(OnStepped);
            _reader = new UpstreamReader(answer.Chunks, answer.Upstream, _again);
            SetHandler(_out, this);
        }

        public Task<UpstreamEnd> End => _reader.End;

        public override void PreStart() => SetKeepGoing(true);

        public override void OnPull()
        {
            _batch.Clear();
            _answer.Progress.Taken();
            Fill();
        }

        public override void OnDownstreamFinish(Exception cause)
        {
            _unwanted = true;
            _answer.Upstream.CancelSafely();
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
            else if (IsAvailable(_out))
                Fill();
        }

        /// <summary>Takes every chunk that is there, then pushes, closes or waits.</summary>
        private void Fill()
        {
            var taken = 0;
            while (_batch.Bytes.Length < MaxBatchBytes && taken < MaxBatchBytes)
            {
                if (_reader.Step == UpstreamStep.Idle)
                    _reader.Advance();
                if (_reader.Step != UpstreamStep.HasChunk)
                    break;
                var chunk = _reader.Take();
                taken += chunk.Json.Length;
                _answer.Progress.Note(chunk.Facts);
                Add(chunk);
            }

            if (!_batch.Bytes.IsEmpty)
            {
                _answer.Progress.HandedOn();
                Push(_out, _batch);
            }
            else if (_reader.Step == UpstreamStep.Exhausted)
            {
                CloseUpstream();
            }
            else if (_reader.Step == UpstreamStep.Idle)
            {
                // Much came that is nothing in this format: others get their turn before the next.
                _again();
            }
        }

        private void Add(in Chunk chunk)
        {
            try
            {
                _batch.Add(chunk);
            }
            catch (Exception failure)
            {
                _reader.Fail(failure);
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
