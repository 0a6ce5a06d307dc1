using System.Buffers;
using System.Text.Json;
using StreamActors.Backends.Upstream;
using StreamActors.Protocol;

namespace StreamActors.Backends.OpenAiCompatible;

/// <summary>A whole <c>chat.completion</c> as the chunks that a stream of it would have had: for each choice what it says, then how it ended.</summary>
internal static class WholeAnswer
{
    /// <summary>In one line, nothing escaped that need not be.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping, MaxDepth = ChunkJson.MaxDepth };

    /// <summary>Makes them. No member of the object is lost, none is made up but the numbers of tool calls.</summary>
    /// <param name="json">A <c>chat.completion</c> object.</param>
    /// <param name="includeUsage">The usage has a last chunk to itself; else it goes with the last choice's end.</param>
    /// <exception cref="BackendException">It cannot be read.</exception>
    public static IReadOnlyList<Chunk> AsChunks(ReadOnlyMemory<byte> json, bool includeUsage)
    {
        try
        {
            using var document = ChunkJson.Parse(json);
            var root = document.RootElement;
            var choices = Choices(root);
            var chunks = new List<Chunk>((2 * choices.Count) + 1);
            for (var place = 0; place < choices.Count; place++)
            {
                var (choice, number, isLast) = (choices[place], place, place == choices.Count - 1);
                chunks.Add(Write(root, writer => WholeChoice.WriteWords(writer, choice, number), withUsage: false));
                chunks.Add(Write(root, writer => WholeChoice.WriteEnd(writer, choice, number), withUsage: isLast && !includeUsage));
            }

            if (includeUsage && root.Get("usage") is not null)
                chunks.Add(Write(root, _ => { }, withUsage: true));
            return chunks;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            throw UpstreamHttp.NotTheProtocol("a whole answer that cannot be read", failure);
        }
    }

    private static List<JsonElement> Choices(JsonElement root) => root.Get("choices") switch
    {
        { ValueKind: JsonValueKind.Object } only => [only],
        { ValueKind: JsonValueKind.Array } all => [.. all.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object)],
        _ => [],
    };

    private static Chunk Write(JsonElement root, Action<Utf8JsonWriter> writeChoice, bool withUsage)
    {
        var buffer = new ArrayBufferWriter<byte>(512);
        using (var writer = new Utf8JsonWriter(buffer, Writing))
        {
            writer.WriteStartObject();
            writer.WriteString("object", "chat.completion.chunk");
            foreach (var member in root.EnumerateObject().Where(m => m.Name is not ("object" or "choices" or "usage")))
                writer.WriteRaw(member);
            writer.WriteStartArray("choices");
            writeChoice(writer);
            writer.WriteEndArray();
            if (withUsage && root.Get("usage") is { } usage)
                writer.WriteRaw("usage", usage);
            writer.WriteEndObject();
        }

        return new Chunk(buffer.WrittenMemory, ChunkScanner.Scan(buffer.WrittenSpan).Facts);
    }
}
