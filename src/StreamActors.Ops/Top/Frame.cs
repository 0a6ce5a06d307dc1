using Spectre.Console.Rendering;

namespace StreamActors.Ops.Top;

/// <summary>
/// A picture drawn over the one before it, from the top left corner, without clearing first, so that nothing flickers. One column is
/// left free: a terminal would else take the end of a full line for the start of the next.
/// </summary>
internal sealed class Frame(IRenderable picture, int height) : IRenderable
{
    private const string Home = "\u001b[H";
    private const string EraseRestOfLine = "\u001b[K";
    private const string EraseBelow = "\u001b[J";

    public Measurement Measure(RenderOptions options, int maxWidth) => new(maxWidth, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth)
    {
        var width = Math.Max(1, maxWidth - 1);
        var lines = Segment.SplitLines(picture.Render(options, width), width);
        yield return Segment.Control(Home);
        for (var i = 0; i < lines.Count && i < height; i++)
        {
            if (i > 0)
                yield return Segment.LineBreak;
            foreach (var segment in lines[i])
                yield return segment;
            yield return Segment.Control(EraseRestOfLine);
        }

        yield return Segment.Control(EraseBelow);
    }
}
