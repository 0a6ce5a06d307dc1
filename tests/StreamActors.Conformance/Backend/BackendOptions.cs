namespace StreamActors.Conformance.Backend;

/// <summary>Options of the <c>backend</c> command.</summary>
internal readonly record struct BackendOptions(int Port, bool ExitWithStdin)
{
    public const string Usage = "usage: StreamActors.Conformance backend [--port N] [--exit-with-stdin]";

    public static bool TryParse(ReadOnlySpan<string> args, out BackendOptions options)
    {
        options = default;
        if (args.IsEmpty || args[0] != "backend")
        {
            return false;
        }

        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] == "--exit-with-stdin")
            {
                options = options with { ExitWithStdin = true };
            }
            else if (args[i] == "--port" && i + 1 < args.Length && ushort.TryParse(args[i + 1], out var port))
            {
                options = options with { Port = port };
                i++;
            }
            else
            {
                return false;
            }
        }

        return true;
    }
}
