using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace StreamActors.Backends.Upstream;

/// <summary>
/// Which certificates a backend believes: those the system trusts, and those that the certificates of <c>CaFile</c> vouch for. The name must be right and the
/// certificate in its time either way.
/// </summary>
/// <param name="own">The file's certificates; null: there is no file.</param>
internal sealed class UpstreamTrust(X509Certificate2Collection? own)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The certificates of a file in PEM; keys in it are left alone.</summary>
    /// <exception cref="CryptographicException">It is not PEM.</exception>
    public static X509Certificate2Collection Load(string file)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(file);
        return certificates;
    }

    /// <summary>For <see cref="SslClientAuthenticationOptions.RemoteCertificateValidationCallback"/>.</summary>
    /// <exception cref="CertificateRefusedException">It is not believed; says why.</exception>
    public bool Check(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (certificate is not X509Certificate2 shown || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
            throw new CertificateRefusedException(CertificateFault.Missing, null);
        var status = !errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) ? X509ChainStatusFlags.NoError
            : own is null ? Join(chain!.ChainStatus)
            : StatusByOwn(shown, chain!);
        if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            throw new CertificateRefusedException(CertificateFault.OutOfTime, shown);
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            throw new CertificateRefusedException(CertificateFault.OtherName, shown);
        return status == X509ChainStatusFlags.NoError
            ? true
            : throw new CertificateRefusedException(CertificateFault.Untrusted, shown);
    }

    private static X509ChainStatusFlags Join(X509ChainStatus[] all) => all.Aggregate(X509ChainStatusFlags.NoError, (joined, one) => joined | one.Status);

    private X509ChainStatusFlags StatusByOwn(X509Certificate2 shown, X509Chain asSent)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(own!);
        chain.ChainPolicy.ExtraStore.AddRange(asSent.ChainPolicy.ExtraStore);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        chain.Build(shown);
        var status = Join(chain.ChainStatus);
        // As curl has it: a certificate in the file is believed as it is, whatever stands above it.
        return chain.ChainElements.Any(element => own!.Any(trusted => trusted.RawDataMemory.Span.SequenceEqual(element.Certificate.RawDataMemory.Span)))
            ? status & ~X509ChainStatusFlags.PartialChain
            : status;
    }
}

/// <summary>Why a certificate was not believed.</summary>
internal enum CertificateFault
{
    /// <summary>None was shown.</summary>
    Missing,
    /// <summary>It, or one above it, has expired or is not valid yet.</summary>
    OutOfTime,
    /// <summary>It is for another name.</summary>
    OtherName,
    /// <summary>No certificate that is trusted vouches for it.</summary>
    Untrusted,
}

/// <summary>The model server's certificate was not believed.</summary>
internal sealed class CertificateRefusedException(CertificateFault fault, X509Certificate2? shown) : AuthenticationException($"The certificate was refused: {fault}.")
{
    /// <summary>Why.</summary>
    public CertificateFault Fault { get; } = fault;

    /// <summary>When it expires, UTC; null where none was shown.</summary>
    public DateTime? NotAfter { get; } = shown?.NotAfter.ToUniversalTime();

    /// <summary>From when on it is valid, UTC; null where none was shown.</summary>
    public DateTime? NotBefore { get; } = shown?.NotBefore.ToUniversalTime();
}
