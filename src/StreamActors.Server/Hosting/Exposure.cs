using StreamActors.Server.Http;

namespace StreamActors.Server.Hosting;

/// <summary>What must hold of addresses and keys together, so that nobody calls who should not.</summary>
internal static class Exposure
{
    /// <summary>One line for each fault.</summary>
    public static IEnumerable<string> Faults(Settings settings)
    {
        var addresses = ListenAddress.Of(settings);
        var ofKestrel = OfKestrel(settings.Kestrel);
        // Of a setting that could not be read nothing else is said.
        return ofKestrel.Select(f => f.ToString()).Concat(OfProtocols(settings.Kestrel)
            .Concat(addresses.Select(a => a.Fault(settings.Auth.Mode)).OfType<string>())
            .Concat(addresses.Count == 0 ? ["Server:Urls: names no address"] : [])
            .Concat(OfKeys(settings.Auth, addresses))
            .Where(fault => !ofKestrel.Any(f => fault.StartsWith($"{f.Path}: ", StringComparison.OrdinalIgnoreCase))));
    }

    private static IReadOnlyList<SettingFault> OfKestrel(IConfigurationSection? kestrel)
    {
        var binder = new SettingsBinder();
        if (kestrel is not null)
            binder.Bind(kestrel, kestrel.Path, new KestrelSettings());
        return binder.Faults;
    }

    private static IEnumerable<string> OfProtocols(IConfigurationSection? kestrel)
    {
        foreach (var (key, value) in kestrel?.AsEnumerable() ?? [])
        {
            if (key.EndsWith(":Protocols", StringComparison.OrdinalIgnoreCase) && !"Http1".Equals(value, StringComparison.OrdinalIgnoreCase))
                yield return $"{key}: '{value}' is not Http1, the only protocol in which every client sees that an answer was cut";
        }
    }

    private static IEnumerable<string> OfKeys(AuthOptions auth, IReadOnlyList<ListenAddress> addresses)
    {
        foreach (var name in auth.Keys.Keys.Where(name => name.Equals(Caller.Local.Owner, StringComparison.OrdinalIgnoreCase)))
            yield return $"Auth:Keys:{name}: this name is kept for callers without a key; choose another";
        foreach (var same in auth.Keys.Where(k => k.Value.Sha256 is not null).GroupBy(k => k.Value.Sha256, StringComparer.OrdinalIgnoreCase).Where(g => g.Count() > 1))
            yield return $"Auth:Keys: {string.Join(" and ", same.Select(k => k.Key))} are the same key";
        if (addresses.Any(a => !a.IsLoopback))
        {
            foreach (var key in auth.Keys.Where(k => ApiKeys.IsDevKey(k.Value)))
                yield return $"Auth:Keys:{key.Key}: is 'devkey', which everybody knows, while the server can be reached from other machines";
        }

        if (auth is { Mode: AuthMode.Required, Keys.Count: 0 })
            yield return "Auth:Keys: is empty while Auth:Mode is Required, so every call would be refused; add Auth:Keys:NAME:Sha256 (./run.sh key NAME makes one)";
    }
}
