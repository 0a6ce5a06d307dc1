using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>Turns the text of a setting into its value, or says which form it must have.</summary>
internal static class SettingValue
{
    private const int MostShown = 100;

    /// <summary>Tries to read a value.</summary>
    /// <param name="property">What it is for.</param>
    /// <param name="text">How it is written.</param>
    /// <param name="value">The value.</param>
    /// <param name="fault">What is wrong, on one line, where nothing could be read.</param>
    public static bool TryRead(PropertyInfo property, string text, out object? value, out string fault)
    {
        fault = "";
        var type = Nullable.GetUnderlyingType(property.PropertyType) ?? property.PropertyType;
        if ((type == typeof(string) || type == typeof(Uri)) && property.Name != "Password" && IsQuoted(text.Trim()))
        {
            value = null;
            fault = "stands in quotes that are part of its value: leave them out";
            return false;
        }

        try
        {
            value = Read(type, text);
            return true;
        }
        catch (Exception failure) when (failure is FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            value = null;
            // An address may hold a user, a password, a key.
            fault = type == typeof(Uri) && text.AsSpan().ContainsAny('@', '?')
                ? $"it is not {Form(property, type)}"
                : $"'{LogValue.OneLine(text.Length > MostShown ? $"{text[..MostShown]}..." : text)}' is not {Form(property, type)}";
            return false;
        }
    }

    /// <summary>Files of environment variables are read by some engines with their quotes.</summary>
    private static bool IsQuoted(string text) => text is ['"', .., '"'] or ['\'', .., '\''];

    private static object? Read(Type type, string text)
    {
        if (type == typeof(TimeSpan))
        {
            // Only with its seconds: 00:05 would be five minutes, and 24:00:00 days.
            return text.Count(c => c == ':') == 2 && TimeSpan.TryParseExact(text.Trim(), "c", CultureInfo.InvariantCulture, out var time)
                ? time
                : throw new FormatException();
        }

        // A number in the place of a name would be taken too.
        if (type.IsEnum && !Enum.GetNames(type).Contains(text.Trim(), StringComparer.OrdinalIgnoreCase))
            throw new FormatException();
        return TypeDescriptor.GetConverter(type).ConvertFromInvariantString(text);
    }

    private static string Form(PropertyInfo property, Type type) =>
        type.IsEnum ? $"one of {string.Join(", ", Enum.GetNames(type))}"
        : type == typeof(TimeSpan) ? "a time as hh:mm:ss or hh:mm:ss.fff; five seconds are 00:00:05, a day is 1.00:00:00"
        : type == typeof(bool) ? "true or false"
        : type == typeof(Uri) ? "an address"
        : type == typeof(double) ? "a number such as 0.5"
        : property.Name.EndsWith("Bytes", StringComparison.Ordinal) ? "a number of bytes, in digits only; 50 MiB are 52428800"
        : property.GetCustomAttribute<RangeAttribute>() is { } range ? $"a number from {range.Minimum} to {range.Maximum}, in digits only"
        : "a number in digits only";
}
