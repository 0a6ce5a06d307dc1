using System.Text.Json;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class ModelsTests
{
    [Theory]
    [InlineData("demo", "demo")]
    [InlineData("org/model:7b", "org/model:7b")]
    [InlineData("org%2Fmodel:7b", "org/model:7b")]
    [InlineData("other", "org/model:7b")]
    public async Task One_model_is_described(string path, string id)
    {
        await using var server = await StartAsync();

        using var answer = await server.Http.GetAsync($"/v1/models/{path}");

        var model = JsonElement.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal((id, "model"), (model.GetProperty("id").GetString(), model.GetProperty("object").GetString()));
        Assert.Equal(["id", "object", "created", "owned_by"], model.EnumerateObject().Select(p => p.Name));
    }

    [Theory]
    [InlineData("none")]
    [InlineData("org/none")]
    [InlineData("%0d%0astream_end")]
    public async Task One_that_nobody_serves_is_not_found(string path)
    {
        await using var server = await StartAsync();

        using var answer = await server.Http.GetAsync($"/v1/models/{path}");

        var error = JsonElement.Parse(await answer.Content.ReadAsStringAsync()).GetProperty("error");
        Assert.Equal((404, "model_not_found"), ((int)answer.StatusCode, error.GetProperty("code").GetString()));
        Assert.Contains("demo", error.GetProperty("message").GetString());
        Assert.DoesNotContain('\n', Assert.Single(server.Log.Of("request_rejected")));
    }

    private static Task<TestServer> StartAsync() => TestServer.StartAsync(
        ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo"),
        ("Backends:other:Type", "Demo"), ("Backends:other:Models:0", "org/model:7b"));
}
