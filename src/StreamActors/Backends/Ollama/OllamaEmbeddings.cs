using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.Ollama;

/// <summary>OpenAI's embeddings request said for <c>/api/embed</c>, and its answer said back.</summary>
internal static class OllamaEmbeddings
{
    /// <summary>Translates a request. <c>truncate</c>, <c>options</c> and <c>keep_alive</c> are Ollama's own and pass as they came.</summary>
    /// <returns>The body, and whether each vector is to be given as base64, as OpenAI's libraries ask for it.</returns>
    /// <exception cref="BackendException">It names no text: a 400 that names the field.</exception>
    public static (ReadOnlyMemory<byte> Json, bool InBase64) Write(ChatRequest request, BackendOptions defaults)
    {
        using var source = JsonDocument.Parse(request.Body, RequestJson.Reading);
        var root = source.RootElement;
        var input = root.Get("input") ?? throw CallerFault.Malformed("input", "must be a string or an array of strings.");
        if (input.ValueKind == JsonValueKind.Array && input.EnumerateArray().Any(i => i.ValueKind is JsonValueKind.Number or JsonValueKind.Array))
            throw CallerFault.Unsupported("input", "must be a string or an array of strings: Ollama takes no tokens.");
        if (input.ValueKind != JsonValueKind.String && (input.ValueKind != JsonValueKind.Array || input.EnumerateArray().Any(i => i.ValueKind != JsonValueKind.String)))
            throw CallerFault.Malformed("input", "must be a string or an array of strings.");
        var buffer = new ArrayBufferWriter<byte>(request.Body.Length + 128);
        using (var json = new Utf8JsonWriter(buffer, OllamaRequest.Plain))
        {
            json.WriteStartObject();
            json.WriteString("model", request.Model);
            json.WriteProperty("input", input);
            foreach (var name in (ReadOnlySpan<string>)["truncate", "dimensions"])
            {
                if (root.Get(name) is { } value)
                    json.WriteProperty(name, value);
            }

            OllamaParameters.WriteOptions(json, root, defaults);
            OllamaParameters.WriteKeepAlive(json, root, defaults.KeepAlive);
            json.WriteEndObject();
        }

        return (buffer.WrittenMemory, root.Get("encoding_format")?.AsText() == "base64");
    }

    /// <summary>Translates an answer. The numbers stay as they came.</summary>
    /// <param name="body">Ollama's.</param>
    /// <param name="model">As the caller named it.</param>
    /// <param name="inBase64">Each vector is given as base64 of its little-endian floats.</param>
    /// <param name="errors">What an error in it means.</param>
    /// <exception cref="BackendException">It is an error, or no list of vectors.</exception>
    public static Chunk Read(ReadOnlyMemory<byte> body, string model, bool inBase64, AnswerErrors errors)
    {
        try
        {
            using var source = ChunkJson.Parse(body);
            var root = source.RootElement;
            if (root.ValueKind == JsonValueKind.Object && FlatError.Is(JsonMarshal.GetRawUtf8Value(root)))
                throw errors.Of(body.Span);
            if (root.ValueKind != JsonValueKind.Object || root.Get("embeddings") is not { ValueKind: JsonValueKind.Array } vectors)
                throw UpstreamHttp.NotTheProtocol("no embeddings");
            var buffer = new ArrayBufferWriter<byte>(body.Length + 256);
            using (var json = new Utf8JsonWriter(buffer))
                Write(json, root, vectors, model, inBase64);
            return new Chunk(buffer.WrittenMemory, new ChunkFacts(HasContent: true));
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or FormatException)
        {
            throw UpstreamHttp.NotTheProtocol("embeddings that cannot be read", failure);
        }
    }

    private static void Write(Utf8JsonWriter json, JsonElement root, JsonElement vectors, string model, bool inBase64)
    {
        json.WriteStartObject();
        json.WriteString("object", "list");
        json.WriteStartArray("data");
        var index = 0;
        foreach (var vector in vectors.EnumerateArray())
        {
            json.WriteStartObject();
            json.WriteString("object", "embedding");
            json.WriteNumber("index", index++);
            if (inBase64)
                json.WriteBase64String("embedding", Floats(vector));
            else
                json.WriteProperty("embedding", vector);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteString("model", model);
        (OllamaUsage.Read(root) ?? new OllamaUsage(0, null, [])).WriteOfInput(json);
        json.WriteEndObject();
    }

    private static byte[] Floats(JsonElement vector)
    {
        var bytes = new byte[vector.GetArrayLength() * sizeof(float)];
        var place = 0;
        foreach (var number in vector.EnumerateArray())
        {
            BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(place), number.GetSingle());
            place += sizeof(float);
        }

        return bytes;
    }
}
