using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Page;

/// <summary>What the page's files must not have.</summary>
public class SourceTests
{
    private const int MostLines = 200;
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "StreamActors.Server", "wwwroot");

    public static TheoryData<string> Files =>
        [.. Directory.EnumerateFiles(Folder, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Folder, file)).Order()];

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_becomes_markup_nothing_comes_from_elsewhere_and_no_file_is_long(string file)
    {
        var text = File.ReadAllText(Path.Combine(Folder, file)).Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal);

        Assert.DoesNotMatch("innerHTML|outerHTML|insertAdjacentHTML|document\\.write|DOMParser|createContextualFragment|srcdoc|setHTML", text);
        Assert.DoesNotMatch("\\beval\\(|new Function|javascript:", text);
        Assert.DoesNotMatch("https?://|@import|url\\(", text);
        Assert.DoesNotMatch("\\son[a-z]+=|style=", text);
        Assert.True(text.Count(c => c == '\n') < MostLines);
    }
}
