using System.Globalization;

namespace StreamActors.Soak;

/// <summary>Options of the verb <c>soak</c>.</summary>
/// <param name="Length">How long traffic runs.</param>
/// <param name="Sessions">How many clients, each with a session of its own.</param>
/// <param name="Seed">Decides what they do.</param>
internal readonly record struct SoakOptions(TimeSpan Length, int Sessions, int Seed)
{
    public const string Usage = "usage: ./run.sh soak [MINUTES] [--seconds N] [--sessions N] [--seed N]";

    public static bool TryParse(ReadOnlySpan<string> args, out SoakOptions options)
    {
        options = new SoakOptions(TimeSpan.FromMinutes(3), 100, Random.Shared.Next(1_000_000));
        for (var i = 0; i < args.Length; i++)
        {
            var named = args[i].StartsWith("--", StringComparison.Ordinal);
            if (named && i + 1 == args.Length)
                return false;
            var name = args[i];
            if (!double.TryParse(named ? args[++i] : name, CultureInfo.InvariantCulture, out var value) || value < 0)
                return false;
            switch (name)
            {
                case "--seconds" when value > 0:
                    options = options with { Length = TimeSpan.FromSeconds(value) };
                    break;
                case "--sessions" when value is >= 1 and <= 1000:
                    options = options with { Sessions = (int)value };
                    break;
                case "--seed":
                    options = options with { Seed = (int)value };
                    break;
                case var _ when !named && value > 0:
                    options = options with { Length = TimeSpan.FromMinutes(value) };
                    break;
                default:
                    return false;
            }
        }

        return true;
    }
}
