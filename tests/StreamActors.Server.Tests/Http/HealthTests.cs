using System.Net;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Http;

public class HealthTests
{
    [Fact]
    public async Task With_a_backend_that_answers_the_server_is_alive_and_ready()
    {
        await using var server = await TestServer.StartAsync();

        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/healthz")).StatusCode);
        using var ready = await server.Http.GetAsync("/readyz");
        Assert.Equal(HttpStatusCode.OK, ready.StatusCode);
        Assert.Equal("""{"status":"ready","draining":false,"backends":{"demo":"reachable"},"reasons":[]}""", await ready.Content.ReadAsStringAsync());
    }

    [Fact]
    public async Task With_its_only_backend_down_the_server_is_alive_and_not_ready()
    {
        await using var server = await TestServer.StartAsync(await DownAsync());

        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/healthz")).StatusCode);
        using var ready = await server.Http.GetAsync("/readyz");
        var text = await ready.Content.ReadAsStringAsync();
        Assert.Equal(HttpStatusCode.ServiceUnavailable, ready.StatusCode);
        Assert.StartsWith("""{"status":"not_ready","draining":false,"backends":{"down":"unreachable"},"reasons":[{"code":"backend_unreachable","backend":"down",""", text);
    }

    [Fact]
    public async Task With_one_of_two_backends_down_the_server_is_ready()
    {
        await using var server = await TestServer.StartAsync([.. await DownAsync(), ("Backends:demo:Type", "Demo"), ("Backends:demo:Models:0", "demo")]);

        Assert.Equal(HttpStatusCode.OK, (await server.Http.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task A_backend_that_accepts_and_never_answers_makes_the_server_not_ready_in_bounded_time()
    {
        await using var both = await ServerWithUpstream.StartAsync(("Backends:up:ConnectTimeout", "00:00:00.100"));
        both.Upstream.HasNoList = false;

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await both.Server.Http.GetAsync("/readyz")).StatusCode);
    }

    [Fact]
    public async Task Models_without_a_list_in_the_configuration_are_asked_for()
    {
        await using var upstream = new Fakes.RawUpstream();
        // On a clock that stands still the list waits for the backend however slow the machine is.
        await using var server = await TestServer.StartAsync(
            services => services.AddSingleton<TimeProvider>(new FakeTimeProvider()), ("Backends:up:Type", "OpenAiCompatible"), ("Backends:up:Url", upstream.Url));
        var asking = server.Http.GetStringAsync("/v1/models");
        var call = await upstream.NextCallAsync();
        await call.AnswerAsync("200 OK", """{"object":"list","data":[{"id":"llama3:8b","created":1},{"id":"b"}]}""");

        Assert.Equal(
            """{"object":"list","data":[{"id":"llama3:8b","object":"model","created":1,"owned_by":"up"},{"id":"b","object":"model","created":0,"owned_by":"up"}]}""",
            await asking);
        Assert.StartsWith("GET /v1/models ", call.Head);
    }

    /// <summary>A backend whose port was free a moment ago and is closed.</summary>
    private static async Task<(string, string)[]> DownAsync()
    {
        var upstream = new Fakes.RawUpstream();
        await upstream.DisposeAsync();
        return [("Backends:down:Type", "OpenAiCompatible"), ("Backends:down:Url", upstream.Url), ("Backends:down:Models:0", "m")];
    }
}
