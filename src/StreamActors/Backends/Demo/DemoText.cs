using System.Text;

namespace StreamActors.Backends.Demo;

/// <summary>Readable text of a fitting length for a prompt. Pure: the same seed and prompt give the same words.</summary>
internal static class DemoText
{
    private const int ShortSentences = 2;
    private const int LongParagraphs = 10;
    private const int SentencesInParagraph = 5;
    private const int QuotedLength = 80;

    private static readonly string[] AsksForMuch =
        ["essay", "poem", "story", "article", "report", "chapter", "paragraph", "long", "detailed", "write about"];

    private static readonly string[] Subjects =
        ["A session", "The newest prompt", "Every stream", "An old answer", "The supervisor", "A patient reader", "The river of words", "A quiet actor"];

    private static readonly string[] Verbs =
        ["gives way to", "waits for", "carries", "never blocks", "listens to", "hands over to", "keeps count of", "makes room for"];

    private static readonly string[] Objects =
        ["the next question", "its own ending", "the one that asked last", "a clean finish", "the client", "what comes after", "a single token", "the proof"];

    private static readonly string[] Closings =
        ["without a sound", "in good time", "and says so in the log", "before anything else begins", "as promised", "one word at a time"];

    /// <summary>The answer, cut into tokens: a word with the space before it.</summary>
    public static IEnumerable<string> Write(string prompt, int seed) => Tokens(Compose(prompt, new Random(seed ^ Hash(prompt))));

    private static string Compose(string prompt, Random random)
    {
        var text = new StringBuilder("This is the demo model of StreamActors: no language model is behind these words. ");
        text.Append("You asked: \"").Append(Quote(prompt)).Append("\". ");
        if (AsksForMuch.Any(word => prompt.Contains(word, StringComparison.OrdinalIgnoreCase)))
        {
            for (var paragraph = 1; paragraph <= LongParagraphs; paragraph++)
            {
                text.Append("\n\n");
                AddSentences(text, SentencesInParagraph, random);
            }
        }
        else
        {
            AddSentences(text, ShortSentences, random);
        }

        return text.ToString().TrimEnd();
    }

    private static void AddSentences(StringBuilder text, int count, Random random)
    {
        for (var i = 0; i < count; i++)
        {
            text.Append(Pick(Subjects)).Append(' ').Append(Pick(Verbs)).Append(' ').Append(Pick(Objects))
                .Append(' ').Append(Pick(Closings)).Append(". ");
        }

        string Pick(string[] words) => words[random.Next(words.Length)];
    }

    private static IEnumerable<string> Tokens(string text)
    {
        var start = 0;
        for (var i = 1; i <= text.Length; i++)
        {
            if (i < text.Length && !(char.IsWhiteSpace(text[i]) && !char.IsWhiteSpace(text[i - 1])))
                continue;
            yield return text[start..i];
            start = i;
        }
    }

    private static string Quote(string prompt)
    {
        var line = string.Join(' ', prompt.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var runes = line.EnumerateRunes().Take(QuotedLength).Select(r => r.ToString());
        return string.Concat(runes) + (line.Length > QuotedLength ? "..." : "");
    }

    /// <summary>A hash that is the same in every process.</summary>
    private static int Hash(string text) => text.Aggregate(17, (hash, c) => unchecked((hash * 31) + c));
}
