using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StreamActors.Server.Tests.Support;

/// <summary>A certificate for 127.0.0.1 that signs itself, in files as <c>openssl req -x509</c> leaves them.</summary>
public static class TestCertificate
{
    private static readonly string Folder = Directory.CreateTempSubdirectory("streamactors-tls-").FullName;
    private static readonly X509Certificate2 Certificate = Make();

    public static string CertificateFile => Path.Combine(Folder, "cert.pem");

    public static string KeyFile => Path.Combine(Folder, "key.pem");

    /// <summary>The settings of a server that listens with it.</summary>
    public static (string Key, string Value)[] Endpoint(string url = "https://127.0.0.1:0") =>
    [
        ("Kestrel:Endpoints:Https:Url", url),
        ("Kestrel:Endpoints:Https:Certificate:Path", CertificateFile),
        ("Kestrel:Endpoints:Https:Certificate:KeyPath", KeyFile),
    ];

    /// <summary>Whether this very certificate was shown.</summary>
    public static bool IsIt(X509Certificate? shown) => shown?.GetRawCertData().AsSpan().SequenceEqual(Certificate.RawDataMemory.Span) == true;

    /// <summary>As a server shows it.</summary>
    public static X509Certificate2 WithKey() => X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile);

    /// <summary>A handler that trusts this certificate and no other.</summary>
    public static SocketsHttpHandler Trusting() => new()
    {
        SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, shown, _, _) => IsIt(shown) },
    };

    private static X509Certificate2 Make()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=127.0.0.1", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        var now = TimeProvider.System.GetUtcNow();
        var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(2));
        File.WriteAllText(CertificateFile, certificate.ExportCertificatePem());
        File.WriteAllText(KeyFile, key.ExportPkcs8PrivateKeyPem());
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(Folder, recursive: true);
        return certificate;
    }
}
