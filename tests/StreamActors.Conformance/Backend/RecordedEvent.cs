using System.Text.Json;
using System.Text.Json.Serialization;

namespace StreamActors.Conformance.Backend;

/// <summary>One entry of the record.</summary>
internal readonly record struct RecordedEvent(
    [property: JsonPropertyName("t_us")] long Microseconds,
    string Event,
    string Session,
    string Prompt,
    string Trace,
    int Tokens,
    int Connection)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteNumber("t_us", Microseconds);
        writer.WriteString("event", Event);
        writer.WriteString("session", Session);
        writer.WriteString("prompt", Prompt);
        writer.WriteString("trace", Trace);
        writer.WriteNumber("tokens", Tokens);
        writer.WriteNumber("connection", Connection);
        writer.WriteEndObject();
    }
}
