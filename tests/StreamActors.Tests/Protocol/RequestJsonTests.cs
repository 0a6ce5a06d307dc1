using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Tests.Protocol;

public class RequestJsonTests
{
    [Theory]
    [InlineData("5", 5L)]
    [InlineData("5.0", 5L)]
    [InlineData("5.000000", 5L)]
    [InlineData("5e0", 5L)]
    [InlineData("50E-1", 5L)]
    [InlineData("0.5e1", 5L)]
    [InlineData("-0", 0L)]
    [InlineData("-0.0", 0L)]
    [InlineData("-3.0", -3L)]
    [InlineData("1e18", 1_000_000_000_000_000_000L)]
    [InlineData("9223372036854775807", long.MaxValue)]
    [InlineData("9223372036854775807.0", long.MaxValue)]
    [InlineData("-9223372036854775808.0", long.MinValue)]
    [InlineData("9223372036854775808", null)]
    [InlineData("5.5", null)]
    [InlineData("1e-3", null)]
    [InlineData("1e30", null)]
    [InlineData("1e400", null)]
    [InlineData("\"5\"", null)]
    [InlineData("true", null)]
    [InlineData("null", null)]
    [InlineData("[5]", null)]
    public void A_whole_number_is_one_however_it_is_written(string json, long? whole) =>
        Assert.Equal(whole, JsonElement.Parse(json).TryGetWhole(out var read) ? read : null);
}
