using System.ComponentModel.DataAnnotations;

namespace StreamActors.Generations;

/// <summary>How long a generation may take. Each deadline counts content, not bytes.</summary>
public sealed class GenerationsOptions
{
    /// <summary>From the start to the first content of a streamed answer.</summary>
    /// <value>Default 2 min; 1 ms to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan FirstTokenTimeout { get; set; } = TimeSpan.FromMinutes(2);

    /// <summary>Between two contents of a streamed answer.</summary>
    /// <value>Default 1 min; 1 ms to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan IdleTimeout { get; set; } = TimeSpan.FromMinutes(1);

    /// <summary>The whole answer. The only deadline of an answer that is not streamed.</summary>
    /// <value>Default 15 min; 1 ms to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan TotalTimeout { get; set; } = TimeSpan.FromMinutes(15);
}
