namespace StreamActors.Benchmarks.Scenarios;

/// <summary>One column of a scenario's table.</summary>
/// <param name="Name">Its heading, with the unit.</param>
/// <param name="Format">How many digits.</param>
internal sealed record Metric(string Name, string Format = "0.00")
{
    /// <summary>Compared with nginx, raw and YARP within each round.</summary>
    public bool Compared { get; init; }

    /// <summary>In the scenario's picture.</summary>
    public bool Drawn { get; init; }
}
