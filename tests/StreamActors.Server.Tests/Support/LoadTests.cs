namespace StreamActors.Server.Tests.Support;

/// <summary>Tests that load the machine or measure it: each runs alone, after all others.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class LoadTests
{
    public const string Name = "load";
}
