using Akka.Dispatch;
using Akka.Streams;
using Akka.Streams.Stage;
using StreamActors.Dispatch;
using StreamActors.Protocol;

namespace StreamActors.Streaming;

/// <summary>
/// Source stage over backends' chunks: one element is every chunk that is there without waiting. It reads one answer after another. An answer is
/// over when the backend's enumerator has been disposed, which is when its connection is closed, and the sink asks for more, which
/// is when it writes no more.
/// </summary>
internal sealed class ChunkSource : GraphStage<SourceShape<EventBatch>>
{
    private readonly Outlet<EventBatch> _out = new("ChunkSource.out");

    public ChunkSource() => Shape = new SourceShape<EventBatch>(_out);

    public override SourceShape<EventBatch> Shape { get; }

    protected override GraphStageLogic CreateLogic(Attributes inheritedAttributes) => new Logic(this, TokenPath.Of(inheritedAttributes));

    private sealed class Logic : OutGraphStageLogic
    {
        private const int MaxBatchBytes = 32 * 1024;

        private readonly Outlet<EventBatch> _out;
        private readonly TokenPath _path;
        private readonly EventBatch _batch = new();
        private readonly Action<UpstreamReader> _stepped;
        private readonly Action<UpstreamReader> _goOn;
        private PumpedAnswer? _answer;
        private UpstreamReader? _reader;
        private bool _unwanted;
        private int _taken;

        public Logic(ChunkSource stage, TokenPath path) : base(stage.Shape)
        {
            (_out, _path) = (stage._out, path);
            _stepped = GetAsyncCallback<UpstreamReader>(OnStepped);
            _goOn = GetAsyncCallback<UpstreamReader>(OnGoOn);
            path.Connect(GetAsyncCallback<PumpedAnswer>(Begin), GetAsyncCallback<PumpedAnswer>(Stop), GetAsyncCallback(CompleteStage));
            SetHandler(_out, this);
        }

        public override void PreStart() => SetKeepGoing(true);

        public override void PostStop()
        {
            if (_path.Gone() is not { } answer)
                return;
            var reader = answer == _answer ? _reader! : new UpstreamReader(answer.Chunks, answer.Upstream, _ => { });
            reader.Abandon(end => answer.Complete(new PumpEnd(end, WriteResult.Fenced)));
        }

        public override void OnPull()
        {
            if (_answer is null)
                return;
            _answer.Progress.Taken();
            if (_reader!.Step == UpstreamStep.Closed)
                Over();
            else if (_unwanted || _batch.Output != WriteResult.Written)
                GiveUp();
            else
                Fill();
        }

        private void Begin(PumpedAnswer answer)
        {
            _answer = answer;
            _reader = new UpstreamReader(answer.Chunks, answer.Upstream, _stepped);
            (_unwanted, _taken) = (false, 0);
            _batch.Begin(answer.Response.Chunks);
            if (IsAvailable(_out))
                Fill();
        }

        private void Stop(PumpedAnswer answer)
        {
            if (answer == _answer)
                GiveUp();
        }

        /// <summary>Nobody wants more: cancels, and closes as soon as nothing is awaited.</summary>
        private void GiveUp()
        {
            _unwanted = true;
            _answer!.Upstream.CancelSafely();
            if (_reader!.Step != UpstreamStep.Waiting)
                CloseUpstream();
        }

        private void OnStepped(UpstreamReader reader)
        {
            // One of an answer that is over has nothing to say.
            if (reader != _reader)
                return;
            reader.Settle();
            if (reader.Step == UpstreamStep.Closed)
                Over();
            else if (_unwanted)
                CloseUpstream();
            else if (IsAvailable(_out))
                Fill();
        }

        /// <summary>The pool has come to the rest of an answer that had its turn, its end included. What it waits for by now says so itself.</summary>
        private void OnGoOn(UpstreamReader reader)
        {
            var mayGoOn = reader.Step is UpstreamStep.Idle or UpstreamStep.HasChunk or UpstreamStep.Exhausted;
            if (reader == _reader && !_unwanted && mayGoOn && IsAvailable(_out))
                Fill();
        }

        /// <summary>
        /// Takes every chunk that is there, then pushes, closes or waits. While a model server sends faster than this reads and a client
        /// takes all of it, each step completes at once and causes the next: the turn's budget ends that, so that the thread's other
        /// sockets are served.
        /// </summary>
        private void Fill()
        {
            var (reader, progress) = (_reader!, _answer!.Progress);
            if (!RunToCompletion.MayGoOn(_taken))
            {
                _taken = 0;
                RunToCompletion.GoOnLater(new ActionRunnable(() => _goOn(reader)));
                return;
            }

            _batch.Clear();
            var taken = 0;
            while (_batch.Bytes.Length < MaxBatchBytes && taken < MaxBatchBytes)
            {
                if (reader.Step == UpstreamStep.Idle)
                    reader.Advance();
                if (reader.Step != UpstreamStep.HasChunk)
                    break;
                var chunk = reader.Take();
                taken += chunk.Json.Length;
                progress.Note(chunk.Facts);
                Add(chunk);
            }

            _taken = taken;
            if (!_batch.Bytes.IsEmpty)
            {
                // Closed first, to know: what is said last waits for the response's end, but not for a backend that takes long to close.
                if (reader.Step == UpstreamStep.Exhausted)
                    reader.Close();
                _batch.IsLast = reader.Step == UpstreamStep.Closed;
                progress.HandedOn();
                Push(_out, _batch);
            }
            else if (reader.Step == UpstreamStep.Exhausted)
            {
                CloseUpstream();
            }
            else if (reader.Step == UpstreamStep.Idle)
            {
                // Much came that is nothing in this format: others get their turn before the next.
                _goOn(reader);
            }
        }

        private void Add(in Chunk chunk)
        {
            if (chunk.Headers is { } headers)
            {
                _answer!.Response.Offer(headers);
                return;
            }

            try
            {
                _batch.Add(chunk);
            }
            catch (Exception failure)
            {
                _reader!.Fail(failure);
            }
        }

        private void CloseUpstream()
        {
            _reader!.Close();
            if (_reader.Step == UpstreamStep.Closed)
                Over();
        }

        /// <summary>The backend's connection is closed; the answer is over as soon as the sink writes no more.</summary>
        private void Over()
        {
            if (!IsAvailable(_out))
                return;
            var end = new PumpEnd(_reader!.End!, _batch.Output);
            (_answer, _reader) = (null, null);
            _path.Over(end);
        }
    }
}
