using System.Diagnostics;

namespace StreamActors.Server.Tests.Support;

/// <summary>Waits for a condition, bounded, without sleeping blindly.</summary>
public static class Eventually
{
    /// <summary>Tries an assertion again until it holds or the time is over; then its failure is the test's.</summary>
    public static Task HoldsAsync(Action assertion, TimeSpan? within = null) => HoldsAsync(
        () =>
        {
            assertion();
            return Task.CompletedTask;
        },
        within);

    /// <summary>The same for an assertion that asks somebody.</summary>
    public static async Task HoldsAsync(Func<Task> assertion, TimeSpan? within = null)
    {
        var watch = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                await assertion();
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
