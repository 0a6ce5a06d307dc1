using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Backends.ChatClient;

/// <summary>The parts of an OpenAI message: text, images by data or by address, sound, files.</summary>
internal static class ClientParts
{
    private const string RefusalCode = "Refusal";

    /// <exception cref="BackendException">The caller is told which part is wrong.</exception>
    public static AIContent Read(JsonElement part, string where)
    {
        if (part.ValueKind != JsonValueKind.Object)
            throw CallerFault.Malformed(where, "must be an object with 'type'.");
        try
        {
            return part.GetText("type", $"{where}.type") switch
            {
                "text" => new TextContent(part.GetText("text", $"{where}.text")),
                "refusal" => Refusal(part.GetText("refusal", $"{where}.refusal") ?? ""),
                "image_url" => Image(part, where),
                "input_audio" => Sound(part, where),
                "file" => File(part, where),
                _ => throw CallerFault.Unsupported($"{where}.type", "must be text, image_url, input_audio, file or refusal for this backend."),
            };
        }
        catch (Exception fault) when (fault is FormatException or ArgumentException)
        {
            throw CallerFault.Malformed(where, "holds no proper address or data.");
        }
    }

    /// <summary>A model's refusal, as the clients of OpenAI say it.</summary>
    public static ErrorContent Refusal(string text) => new(text) { ErrorCode = RefusalCode };

    /// <summary>Whether it is the model that refused.</summary>
    public static bool IsRefusal(ErrorContent error) => error.ErrorCode == RefusalCode;

    private static AIContent Image(JsonElement part, string where)
    {
        var image = part.GetObject("image_url", $"{where}.image_url") ?? throw CallerFault.Malformed($"{where}.image_url", "is needed.");
        var url = image.GetText("url", $"{where}.image_url.url") ?? throw CallerFault.Malformed($"{where}.image_url.url", "is needed.");
        AIContent content = IsData(url) ? new DataContent(url) : new UriContent(new Uri(url, UriKind.Absolute), "image/*");
        if (image.GetText("detail", $"{where}.image_url.detail") is { } detail)
            content.AdditionalProperties = new() { ["detail"] = detail };
        return content;
    }

    private static DataContent Sound(JsonElement part, string where)
    {
        var sound = part.GetObject("input_audio", $"{where}.input_audio") ?? throw CallerFault.Malformed($"{where}.input_audio", "is needed.");
        var data = sound.GetText("data", $"{where}.input_audio.data") ?? throw CallerFault.Malformed($"{where}.input_audio.data", "is needed.");
        var format = sound.GetText("format", $"{where}.input_audio.format");
        return new DataContent(Convert.FromBase64String(data), format == "mp3" ? "audio/mpeg" : $"audio/{format}");
    }

    private static AIContent File(JsonElement part, string where)
    {
        var file = part.GetObject("file", $"{where}.file") ?? throw CallerFault.Malformed($"{where}.file", "is needed.");
        if (file.GetText("file_id", $"{where}.file.file_id") is { } id)
            return new HostedFileContent(id);
        var data = file.GetText("file_data", $"{where}.file.file_data") ?? throw CallerFault.Malformed($"{where}.file.file_data", "is needed.");
        return new DataContent(data) { Name = file.GetText("filename", $"{where}.file.filename") };
    }

    private static bool IsData(string url) => url.StartsWith("data:", StringComparison.OrdinalIgnoreCase);
}
