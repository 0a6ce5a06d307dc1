using System.Collections;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using Microsoft.Extensions.Configuration;
using StreamActors.Server.Hosting;

namespace StreamActors.Server.Tests.Hosting;

/// <summary>One setting, found by reflection: its full name, and what it is read into.</summary>
/// <param name="Path">Its full name; <c>x</c> stands for a name of the user's.</param>
/// <param name="Property">What it is read into.</param>
/// <param name="Default">What it is where nothing is said.</param>
internal sealed record SettingLeaf(string Path, PropertyInfo Property, object? Default)
{
    private static readonly (string, string)[] Ollama = [("Backends:x:Type", "Ollama")];
    private static readonly (string, string)[] Demo = [("Backends:x:Type", "Demo")];
    private static readonly (string, string)[] OpenAi = [("Backends:x:Type", "OpenAiCompatible"), ("Backends:x:Url", "http://127.0.0.1:9/v1")];

    public Type Type => Nullable.GetUnderlyingType(Property.PropertyType) ?? Property.PropertyType;

    /// <summary>What must stand beside it.</summary>
    public IEnumerable<(string Key, string Value)> Beside => (Path switch
    {
        "Backends:x:NumCtx" or "Backends:x:KeepAlive" or "Backends:x:Think" => Ollama,
        "Backends:x:Type" => [],
        "Backends:x:TokensPerSecond" or "Backends:x:Seed" or "DefaultModel" => Demo,
        _ when Path.StartsWith("Backends:x:", StringComparison.Ordinal) => OpenAi,
        "Auth:Mode" or "Auth:Keys:x:MaxStreams" or "Auth:Keys:x:MaxBufferedBytes" or "Auth:Keys:x:PromptsPerMinute" or "Auth:Keys:x:Models" => [("Auth:Keys:x:Sha256", new string('a', 64))],
        _ when Path.StartsWith("Kestrel:", StringComparison.Ordinal) => [("Kestrel:Endpoints:x:Url", "http://127.0.0.1:9")],
        _ => [],
    }).Where(s => s.Item1 != Path);

    /// <summary>Values that must be refused; empty for a text that may be anything.</summary>
    public IEnumerable<string> Wrong() => (Path, Type) switch
    {
        ("Server:Urls", _) => ["8000", "", "ftp://127.0.0.1:1"],
        ("Server:AllowedOrigins", _) => ["localhost:3000", "https://a.example/x"],
        ("Server:TrustedProxies", _) => ["7", "proxy.example"],
        ("Operations:KeyFile", _) => ["", " "],
        ("Operations:Sha256", _) => ["abc", new string('g', 64)],
        ("Auth:Keys:x:Sha256", _) => ["", "abc", new string('a', 63)],
        ("Backends:x:Url", _) => ["ftp://127.0.0.1", "127.0.0.1:8000"],
        ("Backends:x:ApiKey", _) => ["sk abc", "sk-…", "a\nb"],
        ("Backends:x:PassHeaders", _) => ["Authorization", "X Title"],
        ("Backends:x:CaFile", _) => ["", "/no/such/file.pem", "/"],
        ("Backends:x:KeepAlive", _) => ["five minutes"],
        ("Backends:x:Think", _) => ["hard"],
        ("Telemetry:OtlpEndpoint", _) => ["ftp://127.0.0.1", "collector:4318"],
        ("Telemetry:OtlpHeaders", _) => ["secret"],
        var (path, _) when path.EndsWith(":SslProtocols", StringComparison.Ordinal) => ["Tls14"],
        var (path, _) when path.EndsWith(":Protocols", StringComparison.Ordinal) => ["Http2", "Http1AndHttp2"],
        var (_, type) when type == typeof(bool) => ["yes", "1", ""],
        var (_, type) when type.IsEnum => [$"{Enum.GetNames(type)[0]}x", "0", ""],
        var (_, type) when type == typeof(TimeSpan) => ["5s", "5", "00:05", "24:00:00", "", .. Beyond()],
        var (_, type) when type == typeof(int) || type == typeof(long) || type == typeof(double) => ["many", "5MB", "1,000,", "", .. Beyond()],
        _ => [],
    };

    /// <summary>A value that must be taken, other than the default.</summary>
    public (string Text, object Value) Right() => (Path, Type) switch
    {
        ("Server:Urls", _) => Same("http://127.0.0.1:9"),
        ("Server:AllowedOrigins", _) => ("https://a.example, app://b", new[] { "https://a.example", "app://b" }),
        ("Server:TrustedProxies", _) => ("10.0.0.0/8, ::2", new[] { "10.0.0.0/8", "::2" }),
        ("Backends:x:CaFile", _) => Same(Support.TestCertificate.CertificateFile),
        ("Backends:x:KeepAlive", _) => Same("30m"),
        ("Backends:x:Think", _) => Same("low"),
        ("Telemetry:OtlpHeaders", _) => Same("a=b"),
        var (path, _) when path.EndsWith(":SslProtocols", StringComparison.Ordinal) => ("Tls12, Tls13", new[] { "Tls12", "Tls13" }),
        var (path, _) when path.EndsWith(":Protocols", StringComparison.Ordinal) => Same("Http1"),
        var (path, _) when path.EndsWith(":Sha256", StringComparison.Ordinal) => Same(new string('b', 64)),
        var (path, _) when path.EndsWith(":Url", StringComparison.Ordinal) && Type == typeof(string) => Same("http://127.0.0.1:10"),
        var (_, type) when type == typeof(bool) => (Default is true ? "false" : "true", Default is not true),
        var (_, type) when type.IsEnum => OtherName(type),
        var (_, type) when type == typeof(TimeSpan) => Same(TimeSpan.Parse((string)Range!.Maximum, CultureInfo.InvariantCulture)),
        var (_, type) when type == typeof(Uri) => ("http://127.0.0.1:10/v2", new Uri("http://127.0.0.1:10/v2")),
        var (_, type) when type == typeof(string[]) => ("a, b", new[] { "a", "b" }),
        var (_, type) when type == typeof(string) => Same("other"),
        var (_, type) when Range is { } range => Same(Convert.ChangeType(range.Maximum.Equals(Default) ? range.Minimum : range.Maximum, type, CultureInfo.InvariantCulture)),
        var (_, type) => Same(Convert.ChangeType(77, type, CultureInfo.InvariantCulture)),
    };

    /// <summary>What stands in settings that were read.</summary>
    public object? In(object settings)
    {
        object? value = settings;
        foreach (var part in Path.Split(':'))
            value = value is IDictionary map ? map[part] : value!.GetType().GetProperty(part)!.GetValue(value);
        return value;
    }

    /// <summary>Every setting below a type.</summary>
    public static IEnumerable<SettingLeaf> Of(Type type, string path)
    {
        var defaults = Activator.CreateInstance(type)!;
        foreach (var property in type.GetProperties().Where(p => p.CanWrite))
        {
            var (name, of) = ($"{path}{property.Name}", property.PropertyType);
            if (of == typeof(IConfigurationSection))
            {
                foreach (var leaf in Of(typeof(KestrelSettings), $"{name}:"))
                    yield return leaf;
            }
            else if (of.IsAssignableTo(typeof(IDictionary)))
            {
                foreach (var leaf in of.GenericTypeArguments[1] == typeof(string) ? [] : Of(of.GenericTypeArguments[1], $"{name}:x:"))
                    yield return leaf;
            }
            else if (of.IsClass && of != typeof(string) && of != typeof(Uri) && of != typeof(string[]))
            {
                foreach (var leaf in Of(of, $"{name}:"))
                    yield return leaf;
            }
            else
            {
                yield return new SettingLeaf(name, property, property.GetValue(defaults));
            }
        }
    }

    private RangeAttribute? Range => Property.GetCustomAttribute<RangeAttribute>();

    /// <summary>Just outside of the range, and far outside.</summary>
    private IEnumerable<string> Beyond()
    {
        if (Range is not { } range)
            return [];
        if (Type == typeof(TimeSpan))
        {
            var step = TimeSpan.FromMilliseconds(1);
            return new[] { TimeSpan.Parse((string)range.Minimum, CultureInfo.InvariantCulture) - step, TimeSpan.Parse((string)range.Maximum, CultureInfo.InvariantCulture) + step, TimeSpan.MaxValue }
                .Select(time => time.ToString("c"));
        }

        var (least, most) = (Convert.ToDecimal(range.Minimum, CultureInfo.InvariantCulture), Convert.ToDecimal(range.Maximum, CultureInfo.InvariantCulture));
        return new[] { least - 1, most + 1, 1e27m, -1e27m }.Select(n => n.ToString(CultureInfo.InvariantCulture));
    }

    private (string, object) OtherName(Type type)
    {
        var name = Enum.GetNames(type).First(n => !Enum.Parse(type, n).Equals(Default) && n != nameof(Backends.BackendType.ChatClient));
        return (name.ToLowerInvariant(), Enum.Parse(type, name));
    }

    private static (string, object) Same(object value) => (Convert.ToString(value, CultureInfo.InvariantCulture)!, value);
}
