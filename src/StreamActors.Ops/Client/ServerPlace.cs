namespace StreamActors.Ops.Client;

/// <summary>Where the server of a folder is, and its operator key: as said, else by the environment, else by the folder's settings.</summary>
internal sealed class ServerPlace
{
    private readonly string? _key;
    private readonly string _keyFile;

    /// <exception cref="OperatorException">The address is none, or not on this machine.</exception>
    public ServerPlace(string folder, CommandLine line)
    {
        var settings = new FolderSettings(folder);
        Invocation = Invocation.In(folder);
        var url = line.Url ?? settings.Read("Server", "Urls") ?? "http://127.0.0.1:8000";
        Url = Callable(url.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).FirstOrDefault() ?? "");
        _key = line.Key ?? (line.KeyFile is null ? Environment.GetEnvironmentVariable($"{FolderSettings.Prefix}OPERATOR_KEY") : null);
        _keyFile = Path.Combine(folder, line.KeyFile ?? settings.Read("Operations", "KeyFile") ?? "logs/operator.key");
    }

    public Uri Url { get; }

    /// <summary>How the programs are called there.</summary>
    public Invocation Invocation { get; }

    /// <summary>The key, read anew each time, since a server that starts may make one; null where there is none to be read.</summary>
    public string? ReadKey()
    {
        try
        {
            return _key ?? File.ReadAllText(_keyFile).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static Uri Callable(string url)
    {
        // What means "every address" to a server is reached by this one; the server answers operators on no other.
        var address = url.Replace("://*", "://127.0.0.1").Replace("://+", "://127.0.0.1").Replace("://0.0.0.0", "://127.0.0.1").Replace("://[::]", "://[::1]");
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri) || uri is not { Scheme: "http" or "https" })
            throw new OperatorException($"'{url}' is no address of a server; write for example --url http://127.0.0.1:8000.", ExitCodes.Usage);
        // A server answers operators under no other name, and the key is for nobody else.
        return uri.IsLoopback ? uri : throw new OperatorException(
            $"'{url}' is not on this machine, where alone operators are answered; use it there, or through 'ssh -L', by --url http://127.0.0.1:PORT.", ExitCodes.Usage);
    }
}
