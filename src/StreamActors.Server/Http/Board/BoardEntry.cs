using StreamActors.Telemetry;

namespace StreamActors.Server.Http.Board;

/// <summary>A stream event and when it came.</summary>
internal readonly record struct BoardEntry(DateTimeOffset At, StreamEvent Event);

/// <summary>What came after a place in the list.</summary>
/// <param name="Entries">In the order in which they came.</param>
/// <param name="Lost">How many more came and are not told.</param>
/// <param name="Next">The place after the last of them.</param>
/// <param name="Totals">The figures at that place.</param>
internal sealed record BoardReading(IReadOnlyList<BoardEntry> Entries, long Lost, long Next, BoardTotals Totals);

/// <summary>One owner's figures since the server's start, right also where entries were lost.</summary>
/// <param name="Prompts">Accepted prompts.</param>
/// <param name="Superseded">Of these, those that a newer one replaced.</param>
/// <param name="Detached">Replaced ones that did not stop within the grace.</param>
/// <param name="Tokens">Tokens of the streams that have ended.</param>
/// <param name="Proofs">Times from the stop of a replaced stream to the proof that it is over.</param>
internal sealed record BoardTotals(long Prompts, long Superseded, long Detached, long Tokens, ProofTimes Proofs);

/// <summary>Times to proof, counted in ranges.</summary>
/// <param name="UpToMs">The upper end of each range but the last, in milliseconds.</param>
/// <param name="Counts">How many fell into each; the last one has no upper end.</param>
/// <param name="MaxMs">The longest.</param>
internal sealed record ProofTimes(IReadOnlyList<double> UpToMs, IReadOnlyList<long> Counts, double MaxMs);
