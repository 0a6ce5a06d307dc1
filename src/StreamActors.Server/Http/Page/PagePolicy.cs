using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.Extensions.FileProviders;

namespace StreamActors.Server.Http.Page;

/// <summary>What the page may do: nothing from elsewhere, no markup that runs, no page around this one.</summary>
internal static partial class PagePolicy
{
    /// <summary>
    /// The policy for a page. A script that stands in the page itself is allowed by its hash, so that no other one can be: one has to, since below a
    /// path without a slash at its end no file of the page would be found before it has run.
    /// </summary>
    public static string Of(IFileInfo page)
    {
        using var reader = new StreamReader(page.CreateReadStream());
        // A browser hashes a script with its line ends made one.
        var html = reader.ReadToEnd().Replace("\r\n", "\n", StringComparison.Ordinal);
        var hashes = Inline().Matches(html).Select(script => $" 'sha256-{Convert.ToBase64String(SHA256.HashData(Encoding.UTF8.GetBytes(script.Groups[1].Value)))}'");
        return $"default-src 'none'; script-src 'self'{string.Concat(hashes)}; style-src 'self'; connect-src 'self'; img-src 'self' data:; "
            + "base-uri 'self'; form-action 'none'; frame-ancestors 'none'";
    }

    [GeneratedRegex("<script>(.*?)</script>", RegexOptions.Singleline)]
    private static partial Regex Inline();
}
