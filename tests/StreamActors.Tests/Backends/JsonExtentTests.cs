using System.Text;
using StreamActors.Backends.Upstream;

namespace StreamActors.Tests.Backends;

public class JsonExtentTests
{
    [Theory]
    [InlineData("{}", 2)]
    [InlineData("{} x", 2)]
    [InlineData("""{"a":"}"}{""", 9)]
    [InlineData("""{"a":"\"}"}]""", 11)]
    [InlineData("""{"a":"\\"}""", 10)]
    [InlineData("""[{"a":[[]]},"]"]]""", 16)]
    [InlineData("""{"a":"ü}👍"}""", 15)]
    [InlineData("{", -1)]
    [InlineData("""{"a":"}""", -1)]
    [InlineData("[[]", -1)]
    [InlineData("", -1)]
    public void The_end_is_found_whatever_the_pieces(string text, int length)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Assert.Equal(length, JsonExtent.Of(bytes));

        var (extent, read) = (default(JsonExtent), 0);
        foreach (var piece in bytes.Chunk(1))
        {
            read++;
            if (extent.Read(piece) >= 0)
            {
                Assert.Equal(length, read);
                return;
            }
        }

        Assert.Equal(-1, length);
    }
}
