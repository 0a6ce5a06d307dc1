// The example of config/README.md, word for word: OwnClientTests holds them together and runs it.
using System.Runtime.CompilerServices;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Server.Hosting;

public static class OwnServer
{
    public static WebApplication Build(string folder, Serilog.ILogger log, params string[] args)
    {
        var settings = SettingsReader.Read(SettingsReader.Load(folder, ["--Backends:mine:Type", "ChatClient", .. args]), Services);
        return StreamActorsServer.Build(settings, folder, log, Services);
    }

    private static void Services(IServiceCollection services) => services.AddKeyedSingleton<IChatClient>("mine", new EchoClient());
}

public sealed class EchoClient : IChatClient
{
    public async IAsyncEnumerable<ChatResponseUpdate> GetStreamingResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        foreach (var word in messages.Last().Text.Split(' '))
        {
            await Task.Delay(20, cancellationToken); // whatever is awaited must end with the token
            yield return new ChatResponseUpdate(ChatRole.Assistant, word + " ");
        }

        yield return new ChatResponseUpdate { FinishReason = ChatFinishReason.Stop }; // without it the answer counts as cut
    }

    public Task<ChatResponse> GetResponseAsync(
        IEnumerable<ChatMessage> messages, ChatOptions? options = null, CancellationToken cancellationToken = default) =>
        GetStreamingResponseAsync(messages, options, cancellationToken).ToChatResponseAsync(cancellationToken);

    public object? GetService(Type serviceType, object? serviceKey = null) => null;

    public void Dispose() { }
}
