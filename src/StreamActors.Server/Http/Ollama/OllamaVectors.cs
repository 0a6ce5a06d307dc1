using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using StreamActors.Backends;
using StreamActors.Protocol;

namespace StreamActors.Server.Http.Ollama;

/// <summary>OpenAI's embeddings in the form of <c>/api/embed</c>, or of the older <c>/api/embeddings</c>.</summary>
internal static class OllamaVectors
{
    /// <summary>Of a text that is none.</summary>
    public static ReadOnlyMemory<byte> None(string model, bool old) => Written(old, model, [], _ => { });

    /// <summary>Translates an answer. Numbers stay as they came.</summary>
    /// <param name="answer">OpenAI's, its vectors in whatever order; as numbers, or in base64.</param>
    /// <param name="model">Who answered.</param>
    /// <param name="old">One vector, without a word beside.</param>
    /// <param name="took">How long it has taken, where the backend does not say.</param>
    /// <exception cref="ApiException">It is none.</exception>
    public static ReadOnlyMemory<byte> Of(ReadOnlyMemory<byte> answer, string model, bool old, TimeSpan took)
    {
        try
        {
            using var json = ChunkJson.Parse(answer);
            var root = json.RootElement;
            var vectors = root.GetProperty("data").EnumerateArray()
                .Select((entry, place) => (Place: Number(entry, "index") ?? place, Vector: entry.GetProperty("embedding")))
                .OrderBy(v => v.Place)
                .Select(v => v.Vector)
                .ToList();
            return Written(old, model, vectors, writer => WriteUsage(writer, root, took));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or ArgumentException)
        {
            throw EndingErrors.Of(new BackendException(EndReason.BackendError, "The backend's answer holds no embeddings.", inner: failure) { Begun = true });
        }
    }

    private static ReadOnlyMemory<byte> Written(bool old, string model, IReadOnlyList<JsonElement> vectors, Action<Utf8JsonWriter> rest)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, ApiJson.Writing))
        {
            json.WriteStartObject();
            if (old)
            {
                json.WritePropertyName("embedding");
                if (vectors is [var only, ..])
                    WriteVector(json, only);
                else
                    WriteNothing(json);
            }
            else
            {
                json.WriteString("model", model);
                json.WriteStartArray("embeddings");
                foreach (var vector in vectors)
                    WriteVector(json, vector);
                json.WriteEndArray();
                rest(json);
            }

            json.WriteEndObject();
        }

        return buffer.WrittenMemory;
    }

    private static void WriteNothing(Utf8JsonWriter json)
    {
        json.WriteStartArray();
        json.WriteEndArray();
    }

    private static void WriteVector(Utf8JsonWriter json, JsonElement vector)
    {
        if (vector.ValueKind == JsonValueKind.Array)
        {
            vector.WriteTo(json);
            return;
        }

        var floats = vector.GetBytesFromBase64();
        json.WriteStartArray();
        for (var place = 0; place + sizeof(float) <= floats.Length; place += sizeof(float))
            json.WriteNumberValue(BinaryPrimitives.ReadSingleLittleEndian(floats.AsSpan(place)));
        json.WriteEndArray();
    }

    private static void WriteUsage(Utf8JsonWriter json, JsonElement root, TimeSpan took)
    {
        var usage = OllamaPart.Property(root, "usage", JsonValueKind.Object);
        var own = usage is { } said ? OllamaPart.Property(said, "ollama", JsonValueKind.Object) : null;
        json.WriteNumber("total_duration", Number(own, "total_duration") ?? took.Ticks * TimeSpan.NanosecondsPerTick);
        json.WriteNumber("load_duration", Number(own, "load_duration") ?? 0);
        if (Number(usage, "prompt_tokens") is { } tokens)
            json.WriteNumber("prompt_eval_count", tokens);
    }

    private static long? Number(JsonElement? owner, string name) =>
        owner is { } o && OllamaPart.Property(o, name, JsonValueKind.Number) is { } value && value.TryGetInt64(out var number) ? number : null;
}
