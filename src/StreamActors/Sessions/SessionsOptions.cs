using System.ComponentModel.DataAnnotations;

namespace StreamActors.Sessions;

/// <summary>How sessions replace and rest.</summary>
public sealed class SessionsOptions
{
    /// <summary>How long a generation that was told to stop is waited for before it is detached.</summary>
    /// <value>Default 2 s; 1 s to 1 min: longer than a slow client's last frame may take.</value>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:00")]
    public TimeSpan CancelGrace { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>How long a session without a running generation is kept.</summary>
    /// <value>Default 10 min; 1 ms to 1 day.</value>
    [Range(typeof(TimeSpan), "00:00:00.001", "1.00:00:00")]
    public TimeSpan IdleAfter { get; set; } = TimeSpan.FromMinutes(10);
}
