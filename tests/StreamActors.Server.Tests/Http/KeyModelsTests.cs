using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

/// <summary>A model that a key may not use does not exist for it.</summary>
public class KeyModelsTests(KeyModelsTests.ServerWithModels both) : IClassFixture<KeyModelsTests.ServerWithModels>
{
    public sealed class ServerWithModels() : ServerWithUpstream(
    [
        .. Keys.Required, ("Backends:up:Models:1", "secret"), ("Backends:away:Type", "OpenAiCompatible"), ("Backends:away:Url", "http://127.0.0.1:1/v1"),
        ("DefaultModel", "secret"), Keys.Of("some", "key-s"), ("Auth:Keys:some:Models", "m, elsewhere"), Keys.Of("all", "key-a"),
    ]);

    [Fact]
    public async Task The_list_holds_what_the_key_may_use()
    {
        Assert.Equal(["m"], await ListAsync("key-s"));
        Assert.Equal(["m", "secret"], await ListAsync("key-a"));
    }

    [Theory]
    [InlineData("\"model\":\"secret\",")]
    [InlineData("\"model\":\"never-heard-of\",")]
    [InlineData("\"model\":\"M\",")]
    [InlineData("")]
    public async Task A_model_that_is_not_allowed_is_unknown(string model)
    {
        var answer = await both.Server.AnswerAsKeyAsync("key-s", $$"""{{{model}}"prompt":"Hi"}""");

        Assert.Equal((404, "model_not_found"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.EndsWith("Known: m.", answer.Error.GetProperty("message").GetString());
        Assert.Equal(0, both.Upstream.OpenConnections);
    }

    [Fact]
    public async Task A_model_that_is_allowed_and_cannot_be_found_may_be_where_nobody_answers()
    {
        Assert.Equal(502, (await both.Server.AnswerAsKeyAsync("key-s", """{"model":"elsewhere","prompt":"Hi"}""")).Status);
        Assert.Equal(502, (await both.Server.AnswerAsKeyAsync("key-a", """{"model":"never-heard-of","prompt":"Hi"}""")).Status);
    }

    [Fact]
    public async Task The_model_of_a_backend_asked_for_by_name_must_be_allowed_too()
    {
        var (client, call) = (await both.Server.PostAsKeyAsync("key-s", null, """{"model":"up","prompt":"Hi"}"""), await both.Upstream.NextCallAsync());
        using var _ = client;

        Assert.Contains("\"model\":\"m\"", call.Body);
    }

    private async Task<IEnumerable<string?>> ListAsync(string key) =>
        (await both.Server.CallAsKeyAsync(key, HttpMethod.Get, "/v1/models")).Body.GetProperty("data").EnumerateArray().Select(m => m.GetProperty("id").GetString());
}
