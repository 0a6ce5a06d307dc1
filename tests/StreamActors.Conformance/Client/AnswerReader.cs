using System.Net.ServerSentEvents;
using System.Text.Json;
using System.Text.RegularExpressions;
using StreamActors.Conformance.Backend;

namespace StreamActors.Conformance.Client;

/// <summary>Reads one answer and keeps what the checks ask of it.</summary>
/// <param name="begun">Told when the first content comes.</param>
internal sealed partial class AnswerReader(Action<long> begun)
{
    /// <summary>Where thinking models and tool calls put what they say.</summary>
    private static readonly string[] ContentNames = ["content", "reasoning_content", "reasoning", "tool_calls"];

    private long _lastContentAt;
    private TimeSpan _longestPause;
    private string? _finishReason;
    private string? _code;
    private bool _toldError;
    private bool _done;
    private int _contents;

    /// <summary>Reads a streamed answer to its end.</summary>
    public async Task ReadStreamAsync(Stream body, CancellationToken cancellation)
    {
        await foreach (var item in SseParser.Create(body).EnumerateAsync(cancellation))
        {
            if (item.Data == "[DONE]")
                _done = true;
            else
                ReadObject(item.Data);
        }
    }

    /// <summary>Reads an answer, or an error, that is one object.</summary>
    public async Task ReadWholeAsync(Stream body, CancellationToken cancellation)
    {
        using var reader = new StreamReader(body);
        ReadObject(await reader.ReadToEndAsync(cancellation));
        _done = _finishReason is not null;
    }

    public Answer End(Ending ending, int status)
    {
        var properly = ending == Ending.Whole && !(_done && _finishReason is not null && !_toldError);
        return new Answer(
            properly ? Ending.Unfinished : ending, status, _code, _done, _finishReason, _contents, MonotonicClock.Microseconds, _longestPause);
    }

    private void ReadObject(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement is not { ValueKind: JsonValueKind.Object } root)
                return;
            if (root.TryGetProperty("error", out var error) && error.ValueKind != JsonValueKind.Null)
                ReadError(error);
            if (root.TryGetProperty("choices", out var choices) && choices.ValueKind == JsonValueKind.Array)
            {
                foreach (var choice in choices.EnumerateArray().Where(c => c.ValueKind == JsonValueKind.Object))
                    ReadChoice(choice);
            }
        }
        catch (JsonException)
        {
            // Neither an answer nor an error: what is missing in the end says so.
        }
    }

    private void ReadError(JsonElement error)
    {
        _toldError = true;
        if (error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var code))
            _code = Harmless().IsMatch(code.ToString()) ? code.ToString() : null;
    }

    private void ReadChoice(JsonElement choice)
    {
        if (choice.TryGetProperty("finish_reason", out var reason) && reason.ValueKind == JsonValueKind.String)
            _finishReason = Harmless().IsMatch(reason.GetString()!) ? reason.GetString() : "(unprintable)";
        if (!choice.TryGetProperty("delta", out var said) && !choice.TryGetProperty("message", out said))
            return;
        if (said.ValueKind == JsonValueKind.Object && ContentNames.Any(name => IsContent(said, name)))
            TakeContent(MonotonicClock.Microseconds);
    }

    private void TakeContent(long now)
    {
        if (_contents++ == 0)
            begun(now);
        else
            _longestPause = TimeSpan.FromMicroseconds(Math.Max(_longestPause.TotalMicroseconds, now - _lastContentAt));
        _lastContentAt = now;
    }

    private static bool IsContent(JsonElement said, string name) => said.TryGetProperty(name, out var value) && value.ValueKind switch
    {
        JsonValueKind.String => value.GetString()!.Length > 0,
        JsonValueKind.Array => value.GetArrayLength() > 0,
        _ => false,
    };

    /// <summary>What a strange server says reaches a terminal only if it is a plain word.</summary>
    [GeneratedRegex(@"^[A-Za-z0-9_.:-]{1,64}\z")]
    private static partial Regex Harmless();
}
