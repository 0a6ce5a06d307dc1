using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;
using StreamActors.Server.Tests.Fakes;

namespace StreamActors.Server.Tests.Upstreams;

/// <summary>A model server behind TLS: whom it is believed, and what the operator is told where it is not.</summary>
public sealed class CertificateTests : IDisposable
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();
    private static readonly X509Certificate2 Root = Make("CN=Own Root", null, isAuthority: true);
    private static readonly X509Certificate2 Middle = Make("CN=Own Middle", Root, isAuthority: true);
    private static readonly X509Certificate2 OtherRoot = Make("CN=Other Root", null, isAuthority: true);

    private readonly string _folder = Directory.CreateTempSubdirectory("streamactors-ca-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    // what is shown, what the file holds, what the operator is told (null: it is believed)
    [InlineData("by root", "root", null)]
    [InlineData("by root", "other root, root", null)]
    [InlineData("by middle", "root", null)]
    [InlineData("by middle", "middle", null)]
    [InlineData("by middle", "leaf", null)]
    [InlineData("by itself", "leaf", null)]
    [InlineData("by root", null, "is not trusted: set Backends:up:CaFile")]
    [InlineData("by itself", null, "is not trusted: set Backends:up:CaFile")]
    [InlineData("by root", "other root", "is not trusted: set Backends:up:CaFile")]
    [InlineData("by middle, without it", "root", "is not trusted: set Backends:up:CaFile")]
    [InlineData("expired", "root", "is out of its time: it is valid from ")]
    [InlineData("expired", null, "is out of its time: it is valid from ")]
    [InlineData("not yet valid", "root", "is out of its time: it is valid from ")]
    [InlineData("other name", "root", "is for another name")]
    [InlineData("other name", null, "is for another name")]
    public async Task Is_believed_or_not(string shown, string? file, string? cause)
    {
        using var leaf = shown switch
        {
            "by itself" => Make("CN=localhost", null, isAuthority: false),
            "by middle" or "by middle, without it" => Make("CN=localhost", Middle, isAuthority: false),
            "expired" => Make("CN=localhost", Root, isAuthority: false, from: -20, to: -10),
            "not yet valid" => Make("CN=localhost", Root, isAuthority: false, from: 10, to: 20),
            "other name" => Make("CN=models.example", Root, isAuthority: false),
            _ => Make("CN=localhost", Root, isAuthority: false),
        };
        await using var server = shown == "by middle" ? new TlsUpstream(leaf, Middle) : new TlsUpstream(leaf);

        var failure = await AskAsync($"https://localhost:{server.Port}/v1", file is null ? null : Write(file, leaf));

        if (cause is null)
        {
            Assert.Null(failure);
            return;
        }

        Assert.Equal(EndReason.BackendUnreachable, failure!.Reason);
        Assert.StartsWith("The certificate of Backends:up:Url", failure.Cause);
        Assert.Contains(cause, failure.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_no_TLS_is_told_from_one_that_is_not_trusted()
    {
        await using var plain = new PlainServer();

        Assert.Contains("is it http://?", (await AskAsync($"https://127.0.0.1:{plain.Port}/v1", null))!.Cause, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_that_speaks_TLS_is_asked_without_it()
    {
        using var leaf = Make("CN=localhost", Root, isAuthority: false);
        await using var server = new TlsUpstream(leaf);

        var failure = await AskAsync($"http://localhost:{server.Port}/v1", null);

        Assert.Contains("is it https://?", failure!.Cause, StringComparison.Ordinal);
    }

    private static async Task<BackendException?> AskAsync(string url, string? caFile)
    {
        using var backend = new OpenAiCompatibleBackend(
            "up", new BackendOptions { Url = new Uri(url), CaFile = caFile, ConnectTimeout = TimeSpan.FromSeconds(10) });
        try
        {
            Assert.Empty(await backend.ListModelsAsync(default));
            return null;
        }
        catch (BackendException failure)
        {
            return failure;
        }
    }

    private static X509Certificate2 Make(string subject, X509Certificate2? issuer, bool isAuthority, int from = -1, int to = 2)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(isAuthority, false, 0, true));
        if (!isAuthority)
        {
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(subject[3..]);
            request.CertificateExtensions.Add(names.Build());
        }

        if (issuer is null)
            return request.CreateSelfSigned(Now.AddDays(Math.Min(from, -30)), Now.AddDays(Math.Max(to, 30)));
        using var certificate = request.Create(issuer, Now.AddDays(from), Now.AddDays(to), RandomNumberGenerator.GetBytes(8));
        return certificate.CopyWithPrivateKey(key);
    }

    private string Write(string file, X509Certificate2 leaf)
    {
        var path = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(path, string.Join('\n', file.Split(", ").Select(name => (name switch
        {
            "root" => Root,
            "other root" => OtherRoot,
            "middle" => Middle,
            _ => leaf,
        }).ExportCertificatePem())));
        return path;
    }
}
