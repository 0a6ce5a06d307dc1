using StreamActors.Soak.Clients;

namespace StreamActors.Soak.Traffic;

/// <summary>A prompt to send.</summary>
/// <param name="Model">Which model.</param>
/// <param name="Prompt">Its text, directives for who answers.</param>
/// <param name="Tokens">How many a whole answer has.</param>
/// <param name="Session">Whose session; null: a one-shot.</param>
/// <param name="Stream">Whether the answer is streamed.</param>
internal sealed record Question(string Model, string Prompt, int Tokens, string? Session, bool Stream = true);

/// <summary>A prompt under way.</summary>
/// <param name="Question">What was asked.</param>
/// <param name="Exchange">Its connection.</param>
/// <param name="End">How it ended; null where not even a head came.</param>
internal sealed record Running(Question Question, Exchange Exchange, Task<AnswerEnd?> End);
