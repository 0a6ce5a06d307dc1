using System.ComponentModel.DataAnnotations;
using System.Security.Cryptography;

namespace StreamActors.Backends.Upstream;

/// <summary>What the settings of a backend that is reached by HTTP must look like.</summary>
internal static class UpstreamSettings
{
    /// <summary>What is wrong with them, each with its setting's name. No value is told: any may hold a secret.</summary>
    public static IEnumerable<ValidationResult> Faults(BackendOptions options, UpstreamProtocol protocol)
    {
        var key = UpstreamKey.Of(options.ApiKey);
        if (options.Url is { IsAbsoluteUri: true } url)
        {
            if (UpstreamAddress.Fault(url, protocol) is { } fault)
                yield return new ValidationResult(fault, [nameof(options.Url)]);
            if (url.UserInfo.Length > 0 && key is not null)
                yield return new ValidationResult("has a user in it, and ApiKey is set too: leave one out", [nameof(options.Url)]);
        }

        if (UpstreamKey.Fault(options.ApiKey) is { } keyFault)
            yield return new ValidationResult(keyFault, [nameof(options.ApiKey)]);
        var hasKey = key is not null || options.Url is { IsAbsoluteUri: true, UserInfo.Length: > 0 };
        foreach (var (name, value) in options.Headers)
        {
            if (UpstreamHeaders.Fault(name, value, hasKey) is { } fault)
                yield return new ValidationResult(fault, [$"{nameof(options.Headers)}:{name}"]);
        }

        foreach (var name in options.PassHeaders)
        {
            if (UpstreamHeaders.PassFault(name) is { } fault)
                yield return new ValidationResult($"'{name}' {fault}", [nameof(options.PassHeaders)]);
        }

        if (CaFault(options.CaFile) is { } caFault)
            yield return new ValidationResult(caFault, [nameof(options.CaFile)]);
    }

    /// <summary>What is set of all this for a backend that is not reached by HTTP.</summary>
    public static IEnumerable<ValidationResult> Strangers(BackendOptions options)
    {
        (string Name, bool IsSet)[] settings =
        [
            (nameof(options.Url), options.Url is not null), (nameof(options.ApiKey), !string.IsNullOrEmpty(options.ApiKey)),
            (nameof(options.Headers), options.Headers.Count > 0), (nameof(options.PassHeaders), options.PassHeaders.Length > 0),
            (nameof(options.CaFile), options.CaFile is not null),
        ];
        return settings.Where(s => s.IsSet).Select(s => new ValidationResult($"has no effect on the type {options.Type}", [s.Name]));
    }

    private static string? CaFault(string? file)
    {
        if (file is null)
            return null;
        if (string.IsNullOrWhiteSpace(file))
            return "names no file: leave it out";
        try
        {
            return UpstreamTrust.Load(file).Count > 0 ? null : "holds no certificate: a file with one or more in PEM is needed";
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            return $"cannot be read: {failure.Message}";
        }
        catch (CryptographicException)
        {
            return "is not PEM: a file with one or more certificates is needed";
        }
    }
}
