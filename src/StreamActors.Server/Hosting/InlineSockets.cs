using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary>
/// A token goes its whole way, from the model server's socket to the client's, on the thread that polled the first: the runtime's sockets and
/// Kestrel's are told to go on there. For the whole process, and only before its first socket.
/// </summary>
internal static class InlineSockets
{
    /// <summary>The runtime's name for it. What an operator has set stands.</summary>
    public const string Variable = "DOTNET_SYSTEM_NET_SOCKETS_INLINE_COMPLETIONS";

    public static void UseInlineSockets(this WebApplicationBuilder builder, ServerOptions options)
    {
        if (!options.InlineSockets)
            return;
        if (Environment.GetEnvironmentVariable(Variable) is null)
            Environment.SetEnvironmentVariable(Variable, "1");
        builder.Services.Configure<SocketTransportOptions>(sockets => sockets.UnsafePreferInlineScheduling = true);
    }
}
