namespace StreamActors.Server.Http.Ollama;

/// <summary>
/// The tool calls of a history that have no result yet, in their order. A history may have many thousands, so each is found without a look at the
/// others.
/// </summary>
internal sealed class UnansweredCalls
{
    private readonly LinkedList<string> _ids = [];
    private readonly Dictionary<string, Queue<LinkedListNode<string>>> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Queue<LinkedListNode<string>>> _byTool = new(StringComparer.Ordinal);

    /// <summary>Adds a call.</summary>
    public void Add(string id, string tool)
    {
        var call = _ids.AddLast(id);
        Add(_byId, id, call);
        Add(_byTool, tool, call);
    }

    /// <summary>Takes the oldest call that a result fits: that of its id, or else of its tool, or else of any; null: there is no such call.</summary>
    public string? Take(string? id, string? tool)
    {
        var call = id is not null ? Oldest(_byId, id) : (tool is null ? null : Oldest(_byTool, tool)) ?? _ids.First;
        if (call is null)
            return null;
        _ids.Remove(call);
        return call.Value;
    }

    private static void Add(Dictionary<string, Queue<LinkedListNode<string>>> calls, string name, LinkedListNode<string> call)
    {
        if (!calls.TryGetValue(name, out var known))
            calls[name] = known = new Queue<LinkedListNode<string>>();
        known.Enqueue(call);
    }

    /// <summary>Those that were taken by another name have left the list, and are left out here.</summary>
    private static LinkedListNode<string>? Oldest(Dictionary<string, Queue<LinkedListNode<string>>> calls, string name)
    {
        while (calls.TryGetValue(name, out var known) && known.TryDequeue(out var call))
        {
            if (call.List is not null)
                return call;
        }

        return null;
    }
}
