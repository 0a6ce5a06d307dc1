using System.Text.Json;
using Microsoft.Extensions.AI;

namespace StreamActors.Backends.ChatClient;

/// <summary>A tool that the caller has: the model may ask for it, nobody here can run it.</summary>
internal sealed class ToolDeclaration : AIFunctionDeclaration
{
    private readonly Dictionary<string, object?> _properties = [];

    public ToolDeclaration(string name, string description, JsonElement schema, bool? strict)
    {
        (Name, Description, JsonSchema) = (name, description, schema);
        if (strict is { } value)
            _properties["strict"] = value;
    }

    public override string Name { get; }

    public override string Description { get; }

    public override JsonElement JsonSchema { get; }

    public override IReadOnlyDictionary<string, object?> AdditionalProperties => _properties;
}
