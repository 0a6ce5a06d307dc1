using StreamActors.Soak.Books;

namespace StreamActors.Server.Tests.Support;

/// <summary>Fails a test whose log has faults.</summary>
public static class BooksAssertions
{
    /// <summary>Fails with the first faults.</summary>
    public static void AssertBalanced(this BooksOf books) => Assert.True(
        books.Faults.Count == 0, $"{books.Faults.Count} faults, first: {string.Join("\n", books.Faults.Take(10))}");
}
