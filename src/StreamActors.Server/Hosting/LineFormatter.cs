using System.Globalization;
using Serilog.Events;
using Serilog.Formatting;
using StreamActors.Telemetry;

namespace StreamActors.Server.Hosting;

/// <summary>Time, level, message, and an exception if there is one: always one line, whatever the message holds.</summary>
internal sealed class LineFormatter : ITextFormatter
{
    private static readonly string[] Levels = ["VRB", "DBG", "INF", "WRN", "ERR", "FTL"];

    public void Format(LogEvent logEvent, TextWriter output)
    {
        output.Write(logEvent.Timestamp.ToString("yyyy-MM-ddTHH:mm:ss.fffzzz", CultureInfo.InvariantCulture));
        output.Write(' ');
        output.Write(Levels[(int)logEvent.Level]);
        output.Write(' ');
        foreach (var token in logEvent.MessageTemplate.Tokens)
            output.Write(LogValue.OneLine(Render(token, logEvent.Properties)));
        if (logEvent.Exception is { } exception)
        {
            output.Write(" exception=");
            output.Write(LogValue.OneLine(exception.ToString()));
        }

        output.Write('\n');
    }

    private static string Render(Serilog.Parsing.MessageTemplateToken token, IReadOnlyDictionary<string, LogEventPropertyValue> properties)
    {
        if (token is Serilog.Parsing.PropertyToken property && properties.TryGetValue(property.PropertyName, out var value))
            return value is ScalarValue { Value: string text } ? text : value.ToString(property.Format, CultureInfo.InvariantCulture);
        return token.ToString()!;
    }
}
