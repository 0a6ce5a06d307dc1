using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Protocol;
using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Fakes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Monitoring;

/// <summary>Where an operator looks, the cause stands; a caller is not told it.</summary>
public sealed class BackendTroubleTests : IAsyncLifetime
{
    private const string Cause = "The certificate of Backends:up:Url is not trusted: set Backends:up:CaFile.";

    private readonly TroubledBackend _backend = new();
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync(
        services => services.AddSingleton(new BackendRegistry([(_backend, new BackendOptions())])),
        ("Backends:up:Type", "Demo"), ("Server:DrainTimeout", "00:00:00"));

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData("/v1/chat/completions", """{"model":"m","prompt":"Hi","stream":true}""")]
    [InlineData("/v1/chat/completions", """{"model":"m","prompt":"Hi"}""")]
    [InlineData("/v1/embeddings", """{"model":"m","input":"Hi"}""")]
    public async Task A_cause_is_one_warning_and_a_reason_of_readiness_until_an_answer(string path, string body)
    {
        _backend.Failure = Failure();
        for (var i = 0; i < 3; i++)
            Assert.DoesNotContain("certificate", await AskAsync(path, body), StringComparison.OrdinalIgnoreCase);

        Assert.EndsWith($"WRN backend_trouble backend=up cause=\"{Cause}\"", Assert.Single(_server.Log.Of("backend_trouble")));
        Assert.Equal((200, "backend_trouble", Cause), await ReadyAsync());

        _backend.Failure = null;
        await AskAsync(path, body);
        await Eventually.HoldsAsync(async () => Assert.Equal((200, null, null), await ReadyAsync()));

        _backend.Failure = Failure();
        await AskAsync(path, body);
        Assert.Equal(2, _server.Log.Of("backend_trouble").Count);
    }

    [Fact]
    public async Task A_backend_that_cannot_be_asked_for_its_models_is_unreachable_for_that_cause()
    {
        _backend.ListFailure = Failure();

        var (status, code, message) = await ReadyAsync();

        Assert.Equal((503, "backend_unreachable"), (status, code));
        Assert.EndsWith(Cause, message);
        Assert.Single(_server.Log.Of("backend_trouble"));
    }

    [Fact]
    public async Task Through_a_proxy_the_cause_is_not_told()
    {
        _backend.Failure = Failure();
        await AskAsync("/v1/embeddings", """{"model":"m","input":"Hi"}""");
        _server.Http.DefaultRequestHeaders.Add("X-Forwarded-For", "192.0.2.1");

        var (status, code, message) = await ReadyAsync();

        Assert.Equal((200, "backend_trouble"), (status, code));
        Assert.DoesNotContain("certificate", message, StringComparison.OrdinalIgnoreCase);
    }

    private static BackendException Failure() => new(EndReason.BackendError, "detail") { Cause = Cause };

    private async Task<string> AskAsync(string path, string body)
    {
        try
        {
            using var response = await _server.Http.PostAsync(path, new StringContent(body, Encoding.UTF8, "application/json"));
            return await response.Content.ReadAsStringAsync();
        }
        catch (HttpRequestException)
        {
            return "";
        }
    }

    private async Task<(int Status, string? Code, string? Message)> ReadyAsync()
    {
        var (status, body) = await _server.CallAsync(HttpMethod.Get, "/readyz");
        var reason = body.GetProperty("reasons").EnumerateArray().SingleOrDefault();
        return reason.ValueKind == JsonValueKind.Undefined
            ? (status, null, null)
            : (status, reason.GetProperty("code").GetString(), reason.GetProperty("message").GetString());
    }
}
