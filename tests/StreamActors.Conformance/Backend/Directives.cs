using System.Text.RegularExpressions;

namespace StreamActors.Conformance.Backend;

/// <summary>The <c>[name=value]</c> directives of a prompt.</summary>
internal sealed partial record Directives
{
    public const int BeforeHead = -1;
    private const int MaxTokens = 1_000_000;

    /// <summary>The answer to a prompt without directives is paced like a model's, and long where the prompt asks for much.</summary>
    private static readonly Directives Short = new() { Delay = 60 };
    private static readonly Directives Long = Short with { Tokens = 500 };

    public string Session { get; private init; } = "";

    public string Prompt { get; private init; } = "";

    public int Tokens { get; private init; } = 20;

    /// <summary>Milliseconds between tokens.</summary>
    public int Delay { get; private init; } = 10;

    /// <summary>Milliseconds before the response headers.</summary>
    public int First { get; private init; }

    /// <summary>HTTP error status to answer with, or 0.</summary>
    public int Status { get; private init; }

    /// <summary>What goes wrong, if anything.</summary>
    public Fault Fault { get; private init; }

    /// <summary>After how many tokens it goes wrong; <see cref="BeforeHead"/>: before the response headers.</summary>
    public int At { get; private init; } = BeforeHead;

    public static Directives Parse(string text)
    {
        var matches = Pattern().Matches(text);
        if (matches.Count == 0)
        {
            return text.Contains("poem", StringComparison.Ordinal) || text.Contains("essay", StringComparison.Ordinal) ? Long : Short;
        }

        var directives = new Directives();
        foreach (Match match in matches)
        {
            var value = match.Groups[2].Value;
            directives = match.Groups[1].Value switch
            {
                "session" => directives with { Session = value },
                "prompt" => directives with { Prompt = value },
                "tokens" => directives with { Tokens = Number(match.Value, value, 0, MaxTokens) },
                "delay" => directives with { Delay = Number(match.Value, value, 0, int.MaxValue) },
                "first" => directives with { First = Number(match.Value, value, 0, int.MaxValue) },
                "status" => directives with { Status = Number(match.Value, value, 400, 599) },
                "fault" => directives with { Fault = FaultOf(match.Value, value) },
                "at" => directives with { At = Number(match.Value, value, BeforeHead, MaxTokens) },
                _ => directives,
            };
        }

        return directives;
    }

    private static int Number(string directive, string value, int min, int max) =>
        int.TryParse(value, out var number) && number >= min && number <= max
            ? number
            : throw new BadRequestException(400, $"invalid directive {directive}: expected {min} to {max}");

    private static Fault FaultOf(string directive, string value) =>
        Enum.TryParse<Fault>(value, ignoreCase: true, out var fault) && !char.IsDigit(value[0])
            ? fault
            : throw new BadRequestException(400, $"invalid directive {directive}: expected one of {string.Join(' ', Enum.GetNames<Fault>())}");

    [GeneratedRegex(@"\[([a-z]+)=([^\]]*)\]")]
    private static partial Regex Pattern();
}
