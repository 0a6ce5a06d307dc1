using System.Text;
using System.Text.Json;

namespace StreamActors.Clients;

/// <summary>What a library has made of an answer so far.</summary>
/// <param name="onText">Told with true when the first text has come.</param>
internal sealed class Answer(Action<bool> onText)
{
    private readonly StringBuilder _text = new();
    private readonly List<string> _tools = [];

    public string Text => _text.ToString();

    public string? Finish { get; set; }

    public long? Usage { get; set; }

    public IReadOnlyList<string> Tools => _tools;

    public Failure? Error { get; set; }

    public void Add(string? part)
    {
        if (string.IsNullOrEmpty(part))
            return;
        onText(_text.Length == 0);
        _text.Append(part);
    }

    /// <summary>One of a list that was asked for.</summary>
    public void List(string item) => _tools.Add(item);

    /// <summary>A tool call in one line: <c>name(arguments)</c>, the arguments proven to be JSON.</summary>
    public void Call(string name, string arguments) => _tools.Add($"{name}({JsonDocument.Parse(arguments).RootElement.GetRawText()})");
}
