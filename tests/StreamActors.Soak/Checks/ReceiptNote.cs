namespace StreamActors.Soak.Checks;

/// <summary>A receipt as a client got it.</summary>
/// <param name="Trace">Which stream.</param>
/// <param name="Outcome">As the receipt said.</param>
/// <param name="Microseconds">When it came, by the monotonic clock.</param>
public sealed record ReceiptNote(string Trace, string Outcome, long Microseconds);
