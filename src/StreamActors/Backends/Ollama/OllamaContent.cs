using System.Text.Json;

namespace StreamActors.Backends.Ollama;

/// <summary>A message's content as Ollama takes it: its text, and its images and what the model thought apart from it.</summary>
internal sealed class OllamaContent
{
    private readonly List<string> _texts = [];
    private readonly List<string> _thoughts = [];

    /// <summary>The images, in base64.</summary>
    public List<string> Images { get; } = [];

    /// <summary>The text; of several parts one line after another.</summary>
    public string Text => string.Join('\n', _texts);

    /// <summary>What the model thought, where a part says so; else null.</summary>
    public string? Thinking => _thoughts.Count > 0 ? string.Join('\n', _thoughts) : null;

    /// <summary>Reads a message's content: nothing, a string, or parts.</summary>
    /// <exception cref="BackendException">A part that Ollama cannot take; names its place.</exception>
    public static OllamaContent Read(JsonElement message, string where)
    {
        var content = new OllamaContent();
        switch (message.Get("content"))
        {
            case null:
                break;
            case { ValueKind: JsonValueKind.Array } parts:
                var index = 0;
                foreach (var part in parts.EnumerateArray())
                    content.Add(part, $"{where}[{index++}]");
                break;
            case { } text:
                content._texts.Add(text.GetString()!);
                break;
        }

        return content;
    }

    private void Add(JsonElement part, string where)
    {
        if (part.ValueKind == JsonValueKind.String)
        {
            AddText(part);
            return;
        }

        var type = part.ValueKind == JsonValueKind.Object ? part.Get("type")?.AsText() ?? "text" : null;
        switch (type)
        {
            case "text" or "input_text" or "output_text":
                AddText(part.Get("text"));
                break;
            case "refusal":
                AddText(part.Get("refusal"));
                break;
            case "thinking" or "reasoning":
                if ((part.Get("thinking") ?? part.Get("reasoning") ?? part.Get("text"))?.AsText() is { Length: > 0 } thought)
                    _thoughts.Add(thought);
                break;
            case "redacted_thinking":
                break; // only the provider that made it can read it
            case "image_url" or "input_image" or "image":
                Images.Add(OllamaImage.Read(part, type, where));
                break;
            default:
                throw CallerFault.Unsupported(where, "must be a part of type text or image_url: Ollama takes no others.");
        }
    }

    private void AddText(JsonElement? text)
    {
        if (text?.AsText() is { Length: > 0 } words)
            _texts.Add(words);
    }
}
