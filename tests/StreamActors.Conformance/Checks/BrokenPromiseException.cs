namespace StreamActors.Conformance.Checks;

/// <summary>The server under test does not keep what a check looks at; the message says what was seen.</summary>
internal sealed class BrokenPromiseException(string seen) : Exception(seen)
{
    public static void Unless(bool kept, string seen)
    {
        if (!kept)
            throw new BrokenPromiseException(seen);
    }
}
