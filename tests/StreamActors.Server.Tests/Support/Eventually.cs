using System.Diagnostics;

namespace StreamActors.Server.Tests.Support;

/// <summary>Waits for a condition, bounded, without sleeping blindly.</summary>
public static class Eventually
{
    /// <summary>Tries an assertion again until it holds or the time is over; then its failure is the test's.</summary>
    public static async Task HoldsAsync(Action assertion, TimeSpan? within = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                assertion();
                return;
            }
            catch (Exception) when (watch.Elapsed < (within ?? TimeSpan.FromSeconds(10)))
            {
                await Task.Yield();
                await Task.Delay(5);
            }
        }
    }
}
