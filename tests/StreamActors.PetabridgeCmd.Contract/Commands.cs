namespace Petabridge.Cmd;

// What a palette is made of. Names that begin with Contract stand for types whose own names the palette never uses.

/// <summary>A command as it was typed.</summary>
public sealed class Command(string palette, string name, IEnumerable<Tuple<string, string>> args)
{
    /// <summary>Switch and value.</summary>
    public IReadOnlyList<Tuple<string, string>> Arguments { get; } = [.. args];

    internal string Palette { get; } = palette;

    internal string Name { get; } = name;
}

/// <summary>An argument that a command takes.</summary>
public sealed class ContractArgumentDefinition
{
    /// <summary>What it is typed behind.</summary>
    public IReadOnlyCollection<string> Switch => Switches;

    internal List<string> Switches { get; } = [];

    internal string Name { get; set; } = "";

    internal string Description { get; set; } = "";

    internal bool Mandatory { get; set; }
}

/// <summary>Makes one.</summary>
public sealed class ContractArgumentBuilder
{
    internal ContractArgumentDefinition Made { get; } = new();

    public ContractArgumentBuilder WithName(string name)
    {
        Made.Name = name;
        return this;
    }

    public ContractArgumentBuilder WithDescription(string description)
    {
        Made.Description = description;
        return this;
    }

    public ContractArgumentBuilder WithSwitch(string name)
    {
        Made.Switches.Add(name);
        return this;
    }

    public ContractArgumentBuilder IsMandatory(bool mandatory)
    {
        Made.Mandatory = mandatory;
        return this;
    }
}

/// <summary>A command that a palette has.</summary>
public sealed class CommandDefinition
{
    internal CommandDefinition(string name, string description, IReadOnlyDictionary<string, ContractArgumentDefinition> arguments) =>
        (Name, Description, ArgumentsByName) = (name, description, arguments);

    public string Name { get; }

    public IReadOnlyDictionary<string, ContractArgumentDefinition> ArgumentsByName { get; }

    internal string Description { get; }
}

/// <summary>Makes one.</summary>
public sealed class CommandDefinitionBuilder
{
    private readonly Dictionary<string, ContractArgumentDefinition> _arguments = [];
    private string _name = "";
    private string _description = "";

    public CommandDefinitionBuilder WithName(string name)
    {
        _name = name;
        return this;
    }

    public CommandDefinitionBuilder WithDescription(string description)
    {
        _description = description;
        return this;
    }

    public CommandDefinitionBuilder WithArgument(Action<ContractArgumentBuilder> argument)
    {
        var builder = new ContractArgumentBuilder();
        argument(builder);
        _arguments.Add(builder.Made.Name, builder.Made);
        return this;
    }

    public CommandDefinition Build() => new(_name, _description, _arguments);
}

/// <summary>Commands of one kind.</summary>
public class CommandPalette(string moduleName, IEnumerable<CommandDefinition> commands)
{
    public string ModuleName { get; } = moduleName;

    internal IReadOnlyList<CommandDefinition> Commands { get; } = [.. commands];
}

/// <summary>One message of an answer; the final one ends it.</summary>
public class CommandResponse(string msg, bool final = true)
{
    public static CommandResponse Empty { get; } = new("");

    public string Msg { get; } = msg;

    public bool Final { get; } = final;
}

/// <summary>The command was not carried out.</summary>
public sealed class ErroredCommandResponse(string msg, bool final = true) : CommandResponse(msg, final);
