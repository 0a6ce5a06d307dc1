using System.Buffers.Text;

namespace StreamActors.Benchmarks.Upstream;

/// <summary>What the model server is to do, written into the prompt so that it passes through every gateway.</summary>
/// <param name="Session">Booked under this number; 0: not booked.</param>
/// <param name="Prompt">Which of the session's prompts.</param>
/// <param name="Tokens">How many tokens.</param>
/// <param name="Pace">Microseconds between them.</param>
internal readonly record struct Order(int Session, int Prompt, int Tokens, int Pace)
{
    private static ReadOnlySpan<byte> Start => "bench "u8;

    /// <summary>Finds it in a request's body.</summary>
    public static bool TryFind(ReadOnlySpan<byte> body, out Order order)
    {
        order = default;
        var start = body.IndexOf(Start);
        if (start < 0)
            return false;
        var rest = body[(start + Start.Length)..];
        if (!TryNumber(ref rest, out var session) || !TryNumber(ref rest, out var prompt)
            || !TryNumber(ref rest, out var tokens) || !TryNumber(ref rest, out var pace))
            return false;
        order = new Order(session, prompt, tokens, pace);
        return true;
    }

    public override string ToString() => $"bench {Session} {Prompt} {Tokens} {Pace} go";

    private static bool TryNumber(ref ReadOnlySpan<byte> text, out int number)
    {
        if (!Utf8Parser.TryParse(text, out number, out var length) || number < 0 || text.Length <= length || text[length] != ' ')
            return false;
        text = text[(length + 1)..];
        return true;
    }
}
