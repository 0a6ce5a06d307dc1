using System.ClientModel;
using System.ClientModel.Primitives;
using System.Net;
using System.Reflection;
using OpenAI;

namespace StreamActors.Clients;

/// <summary>One client library behind the interface that all have.</summary>
internal interface IClient
{
    /// <summary>Of the library.</summary>
    string Version { get; }

    /// <summary>Asks and writes down what comes; throws what the library throws.</summary>
    Task AskAsync(Request request, Answer answer, CancellationToken abort);

    /// <summary>Lists the models, where the library can.</summary>
    Task ListAsync(Request request, Answer answer, CancellationToken abort) => throw new NotSupportedException();
}

/// <summary>What both .NET clients share.</summary>
internal static class Sdk
{
    public static readonly BinaryData ToolParameters = BinaryData.FromString(
        """{"type":"object","properties":{"location":{"type":"string"}},"required":["location"]}""");

    public const string ToolName = "get_weather";

    public static OpenAIClient Connect(Request request)
    {
        var options = new OpenAIClientOptions { Endpoint = request.Endpoint };
        if (request.Retries is { } retries)
            options.RetryPolicy = new ClientRetryPolicy(retries);
        if (request.Session is { } session)
            options.AddPolicy(new SessionPolicy(session), PipelinePosition.PerCall);
        if (request.Http2)
            options.Transport = OverHttp2.Transport;
        return new OpenAIClient(new ApiKeyCredential(request.Key), options);
    }

    /// <summary>The version of a type's package, without the commit.</summary>
    public static string VersionOf(Type type) =>
        type.Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    private sealed class SessionPolicy(string session) : PipelinePolicy
    {
        public override void Process(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set("X-Session-Id", session);
            ProcessNext(message, pipeline, currentIndex);
        }

        public override ValueTask ProcessAsync(PipelineMessage message, IReadOnlyList<PipelinePolicy> pipeline, int currentIndex)
        {
            message.Request.Headers.Set("X-Session-Id", session);
            return ProcessNextAsync(message, pipeline, currentIndex);
        }
    }

    /// <summary>Asks over HTTP/2 or not at all.</summary>
    private sealed class OverHttp2() : DelegatingHandler(new SocketsHttpHandler())
    {
        public static readonly HttpClientPipelineTransport Transport = new(new HttpClient(new OverHttp2()));

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            (request.Version, request.VersionPolicy) = (HttpVersion.Version20, HttpVersionPolicy.RequestVersionExact);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
