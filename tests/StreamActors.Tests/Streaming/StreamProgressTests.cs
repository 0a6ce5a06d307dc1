using Microsoft.Extensions.Time.Testing;
using StreamActors.Protocol;
using StreamActors.Streaming;

namespace StreamActors.Tests.Streaming;

public class StreamProgressTests
{
    private static readonly ChunkFacts Content = new(HasContent: true);

    private readonly FakeTimeProvider _time = new();
    private readonly StreamProgress _progress;

    public StreamProgressTests() => _progress = new StreamProgress(_time);

    [Fact]
    public void Chunks_without_content_do_not_count_as_progress()
    {
        Pass(1);
        _progress.Note(default);
        Assert.Null(_progress.SinceLastContent);
        Assert.Null(_progress.TimeToFirstToken);

        _progress.Note(Content);
        Pass(2);
        _progress.Note(default);
        Assert.Equal((TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2)), (_progress.TimeToFirstToken, _progress.SinceLastContent));
    }

    [Fact]
    public void A_finish_reason_renews_the_deadline_and_is_no_token()
    {
        _progress.Note(Content);
        Pass(2);
        _progress.Note(new ChunkFacts(HasContent: false, FinishedChoices: ChoiceSet.Of(0)));
        Assert.Equal((1, TimeSpan.Zero), (_progress.Tokens, _progress.SinceLastContent));
    }

    [Fact]
    public void A_finish_reason_that_is_said_again_renews_nothing()
    {
        _progress.Note(new ChunkFacts(HasContent: false, FinishedChoices: ChoiceSet.Of(0)));
        Pass(2);
        _progress.Note(new ChunkFacts(HasContent: false, FinishedChoices: ChoiceSet.Of(0)));
        Assert.Equal(TimeSpan.FromSeconds(2), _progress.SinceLastContent);

        _progress.Note(new ChunkFacts(HasContent: false, FinishedChoices: ChoiceSet.Of(1)));
        Assert.Equal(TimeSpan.Zero, _progress.SinceLastContent);
    }

    [Fact]
    public void The_backend_is_not_waited_for_while_the_client_is()
    {
        _progress.Note(Content);
        Pass(1);
        _progress.HandedOn();
        Pass(10);
        Assert.Equal(TimeSpan.FromSeconds(1), _progress.SinceLastContent);

        _progress.Taken();
        Pass(2);
        Assert.Equal(TimeSpan.FromSeconds(3), _progress.SinceLastContent);
        Assert.Equal(TimeSpan.FromSeconds(13), _progress.Elapsed);
    }

    private void Pass(int seconds) => _time.Advance(TimeSpan.FromSeconds(seconds));
}
