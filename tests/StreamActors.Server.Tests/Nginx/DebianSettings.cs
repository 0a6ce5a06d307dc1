using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Nginx;

/// <summary>nginx' settings as Debian installs them, with other places for what only root may write.</summary>
internal static class DebianSettings
{
    private const string Main = "/etc/nginx/nginx.conf";
    private const string Site = "/etc/nginx/sites-available/default";

    private static readonly string[] Temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];

    /// <summary>Writes them into a folder.</summary>
    /// <returns>The main file.</returns>
    public static string Write(string folder, IReadOnlyList<string> sites)
    {
        var enabled = Directory.CreateDirectory(Path.Combine(folder, "sites-enabled")).FullName;
        for (var i = 0; i < sites.Count; i++)
            File.WriteAllText(Path.Combine(enabled, $"{i}.conf"), sites[i]);
        var file = Path.Combine(folder, "nginx.conf");
        File.WriteAllText(file, File.ReadAllText(Main)
            .With("/run/nginx.pid", $"{folder}/nginx.pid")
            .With("/var/log/nginx/", $"{folder}/")
            .With("/etc/nginx/conf.d/", $"{folder}/conf.d/")
            .With("/etc/nginx/sites-enabled/", $"{enabled}/")
            .With("http {", "http {\n" + string.Concat(Temporary.Select(name => $"\t{name}_temp_path {folder}/{name};\n"))));
        return file;
    }

    /// <summary>Debian's default site with TLS and one line more: <c>proxy_pass</c>.</summary>
    /// <param name="port">Where it listens.</param>
    /// <param name="server">What it passes requests on to.</param>
    /// <param name="more">Further lines beside that one.</param>
    public static string DefaultSite(int port, Uri server, string more = "") => File.ReadAllText(Site)
        .With("listen 80 default_server;", $"listen 127.0.0.1:{port} ssl http2 default_server;{Certificate}")
        .With("listen [::]:80 default_server;", "")
        .With("try_files $uri $uri/ =404;", $"proxy_pass {server.GetLeftPart(UriPartial.Authority)}; {more}");

    /// <summary>The site that this repository ships, on other ports and with another certificate.</summary>
    /// <param name="port">Where it listens with TLS.</param>
    /// <param name="plain">Where it listens without.</param>
    /// <param name="server">What it passes requests on to.</param>
    public static string ShippedSite(int port, int plain, Uri server) => File.ReadAllText(Path.Combine(Repository.Root, "config", "nginx.conf"))
        .With("listen 443 ssl http2;", $"listen 127.0.0.1:{port} ssl http2;")
        .With("listen 80;", $"listen 127.0.0.1:{plain};")
        .With("\tlisten [::]:443 ssl http2;\n", "")
        .With("\tlisten [::]:80;\n", "")
        .With("server 127.0.0.1:8000;", $"server {server.Authority};")
        .With("/etc/ssl/certs/llm.example.org.pem", TestCertificate.CertificateFile)
        .With("/etc/ssl/private/llm.example.org.key", TestCertificate.KeyFile);

    private static string Certificate => $" ssl_certificate {TestCertificate.CertificateFile}; ssl_certificate_key {TestCertificate.KeyFile};";

    private static string With(this string settings, string text, string other) => settings.Contains(text, StringComparison.Ordinal)
        ? settings.Replace(text, other, StringComparison.Ordinal)
        : throw new InvalidOperationException($"These settings of nginx are not the ones that are known here: '{text}' is not in them.");
}
