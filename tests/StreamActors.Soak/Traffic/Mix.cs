namespace StreamActors.Soak.Traffic;

/// <summary>All scenarios, each as often as its weight says.</summary>
internal static class Mix
{
    private static readonly (double Weight, Func<Client, Task> Play)[] All =
    [
        (20, GoodTraffic.PlainAsync),
        (6, GoodTraffic.WholeAsync),
        (1, GoodTraffic.FloodAsync),
        (20, GoodTraffic.ReplaceAsync),
        (10, GoodTraffic.RapidFireAsync),
        (2, GoodTraffic.CrowdAsync),
        (2, GoodTraffic.LookAsync),
        (12, ClientFaults.VanishAsync),
        (3, ClientFaults.VanishHalfSentAsync),
        (1, ClientFaults.ReadNothingAsync),
        (2, ClientFaults.ReadSlowlyAsync),
        (2, ClientFaults.SendSlowlyAsync),
        (6, ClientFaults.BadRequestAsync),
        (5, Stops.CancelAsync),
        (3, Stops.CancelTwiceAsync),
        (3, Stops.CancelLateAsync),
        (4, Stops.DeleteAsync),
        (6, BackendFaults.SilentAsync),
        (8, BackendFaults.CutAsync),
        (5, BackendFaults.WrongAsync),
        // Rare: the buffers that it takes stay with the threads of the pool for half a minute and hide what else grows.
        (0.1, BackendFaults.HugeAsync),
        (3, BackendFaults.BrokenWholeAsync),
        (4, BackendFaults.StatusAsync),
        (2, BackendFaults.DeadAsync),
        (6, BackendFaults.ReplaceSilentAsync),
        (4, BackendFaults.LeaveSilentAsync),
        (3, BackendFaults.ReplaceStuckAsync),
        (2, BackendFaults.HoldAsync),
        (3, BackendFaults.DisposeAsync),
        (2, BackendFaults.FullAsync),
        (2, BackendFaults.ReplaceWaitingAsync),
    ];

    private static readonly double Weights = All.Sum(s => s.Weight);

    public static Func<Client, Task> Pick(Random random)
    {
        var at = random.NextDouble() * Weights;
        foreach (var (weight, play) in All)
        {
            if ((at -= weight) < 0)
                return play;
        }

        throw new InvalidOperationException("The weights do not add up.");
    }
}
