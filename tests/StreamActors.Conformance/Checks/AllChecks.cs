namespace StreamActors.Conformance.Checks;

/// <summary>The checks in the order in which they are made: the first is what all others rest on, the last looks back on them.</summary>
internal static class AllChecks
{
    public static IReadOnlyList<Check> Make() =>
    [
        new WholeAnswer(),
        new NewestWins(0),
        new NewestWins(10),
        new NewestWins(100),
        new ProofBeforeStart(),
        new SupersededIsMarked(),
        new SupersededUnstreamed(),
        new BrokenOffIsMarked(),
        new CancelBeforeFirstByte(),
        new DisconnectBeforeFirstToken(),
        new DisconnectMidStream(),
        new SlowReader(),
        new SecondSession(),
        new Storm(),
        new BooksBalance(),
    ];
}
