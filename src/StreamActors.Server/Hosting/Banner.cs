using System.Security.Cryptography;
using StreamActors.Server.Http;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>What a person sees when the server has started, or could not.</summary>
internal static class Banner
{
    public static void Started(IEnumerable<string> addresses, Settings settings, string? logFile, TextWriter console)
    {
        var address = addresses.First().TrimEnd('/');
        var backends = string.Join(", ", settings.Backends.Select(b => $"{b.Key} ({b.Value.Type}{(b.Value.Url is { } url ? $" {url.GetLeftPart(UriPartial.Path)}" : "")})"));
        console.WriteLine($$"""

              StreamActors listens on {{string.Join(", ", addresses)}}

              Page     Open {{address}}/ in a browser
              Try it   curl -N {{address}}/v1/chat/completions{{(settings.Auth.Mode == AuthMode.Required ? " -H 'Authorization: Bearer KEY'" : "")}} -d '{"prompt":"Write a long poem","stream":true}'
              Log      {{logFile ?? "the console only, since Logs:Directory is empty"}}
              Backends {{backends}}
              Stop     Ctrl+C

            """);
    }

    /// <summary>One line for a fault that has a known cause, or null.</summary>
    public static string? Explain(Exception failure, Settings settings)
    {
        var addresses = string.Join(", ", ListenAddress.Of(settings).Select(a => a.Url));
        for (var cause = failure; cause is not null; cause = cause.InnerException!)
        {
            if (cause is Microsoft.AspNetCore.Connections.AddressInUseException)
                return $"An address of {addresses} is taken by another program. Stop that one, or choose another port: ./run.sh --Server:Urls http://127.0.0.1:8001";
            if (cause is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AccessDenied })
                return $"This user may not listen on {addresses}. Choose a port above 1023: ./run.sh --Server:Urls http://127.0.0.1:8001";
            if (cause is System.Net.Sockets.SocketException { SocketErrorCode: System.Net.Sockets.SocketError.AddressNotAvailable })
                return $"This machine has no such address as in {addresses}. Use http://127.0.0.1:8000.";
            if (settings.Kestrel is not null && IsOfCertificates(cause))
                return $"Kestrel cannot use the settings under Kestrel: {LogValue.OneLine(cause.Message)} A certificate is a Path (PEM) and its KeyPath, or a Path (PFX) and its Password.";
        }

        return null;
    }

    /// <summary>One line for a fault of <c>config/akka.conf</c>, or null.</summary>
    public static string? ExplainAkka(Exception failure)
    {
        for (var cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is Akka.Configuration.ConfigurationException)
                return $"config/akka.conf: {LogValue.OneLine(cause.Message)}";
        }

        return null;
    }

    /// <summary>What Kestrel throws of its section: a file that is not there or not what it should be, a certificate without its key.</summary>
    private static bool IsOfCertificates(Exception failure) =>
        failure is CryptographicException or FileNotFoundException or DirectoryNotFoundException or UnauthorizedAccessException
        || (failure is InvalidOperationException or NotSupportedException
            && failure.StackTrace?.Contains("Microsoft.AspNetCore.Server.Kestrel", StringComparison.Ordinal) == true);
}
