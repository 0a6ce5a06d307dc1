using System.Text;
using StreamActors.Soak.Clients;

namespace StreamActors.Soak.Traffic;

/// <summary>What clients do to a server.</summary>
internal static class ClientFaults
{
    private const int SmallBuffer = 4096;

    /// <summary>Vanishes at any moment; the next prompt of the session is answered as if nothing had been.</summary>
    public static async Task VanishAsync(Client c)
    {
        var reset = c.Between(0, 1) == 0;
        c.World.Injected(reset ? "client resets" : "client closes");
        var running = c.Begin(c.Ask(200, 20, c.Between(0, 1) * c.Between(0, 500)));
        switch (c.Between(0, 3))
        {
            case 0:
                await c.PauseAsync(0, 20);
                break;
            case 1:
                await running.Exchange.HeadCame;
                break;
            case 2:
                await running.Exchange.Begun;
                break;
            default:
                await c.PauseAsync(0, 1500);
                break;
        }

        // Over two connections the order of arrival is nobody's to promise: a prompt not heard yet may come after the next one.
        var heard = running.Exchange.HeadCame.IsCompletedSuccessfully;
        await VanishAsync(running, reset);
        if (!heard)
            c.NextSession();
        if (c.Between(0, 1) == 0)
            await c.CompletesAsync(c.Short());
    }

    /// <summary>Vanishes with half of its request sent.</summary>
    public static async Task VanishHalfSentAsync(Client c)
    {
        c.World.Injected("client closes, request half sent");
        using var exchange = new Exchange();
        var request = c.Request(c.Short());
        using var bound = new CancellationTokenSource(Timing.Margin);
        await exchange.SendAsync(c.World.Server, request.AsMemory(0, c.Between(1, request.Length - 1)), bound.Token);
        await c.PauseAsync(0, 100);
        exchange.Vanish(reset: c.Between(0, 1) == 0);
    }

    /// <summary>Takes nothing; the server has to end it.</summary>
    public static async Task ReadNothingAsync(Client c)
    {
        c.World.Injected("client reads nothing");
        var running = c.Begin(c.Ask(60_000, 0), SmallBuffer, ReadNothingAsync);
        await c.CheckAsync(running, new Expect("no complete answer", end => !end.Completed));
    }

    /// <summary>Reads slowly, but takes all.</summary>
    public static async Task ReadSlowlyAsync(Client c)
    {
        c.World.Injected("client reads slowly");
        var running = c.Begin(c.Ask(200, 0), SmallBuffer, (e, bound) => e.ReadAsync(bound, atOnce: 512, pause: 10));
        await c.CheckAsync(running, Expect.Completed(running.Question.Tokens));
    }

    /// <summary>Sends its body in small parts.</summary>
    public static async Task SendSlowlyAsync(Client c)
    {
        c.World.Injected("client sends slowly");
        var question = c.Short();
        var request = c.Request(question).AsMemory();
        using var exchange = new Exchange();
        using var bound = new CancellationTokenSource(Timing.Longest);
        for (var at = 0; at < request.Length; at += 100)
        {
            await exchange.SendAsync(c.World.Server, request[at..Math.Min(at + 100, request.Length)], bound.Token);
            await c.PauseAsync(0, 100);
        }

        await c.CheckAsync(new Running(question, exchange, exchange.ReadAsync(bound.Token)), Expect.Completed(question.Tokens));
    }

    /// <summary>Requests that are none.</summary>
    public static async Task BadRequestAsync(Client c)
    {
        c.World.Injected("client sends nonsense");
        const string chat = "/v1/chat/completions";
        var (request, expect) = c.Between(0, 8) switch
        {
            0 => (Exchange.Request("POST", chat, "{\"prompt\":"u8.ToArray()), Expect.Refused(400)),
            1 => (Exchange.Request("POST", chat, "{\"prompt\":\"Hi\"}"u8.ToArray(), "no spaces please"), Expect.Refused(400)),
            2 => (Exchange.Request("POST", chat, "{\"prompt\":\"Hi\",\"model\":\"nobody\"}"u8.ToArray()), Expect.Refused(404)),
            3 => (Exchange.Request("POST", chat, "{\"messages\":[]}"u8.ToArray()), Expect.Refused(400)),
            4 => (Exchange.Request("POST", chat, "{\"prompt\":\"Hi\"}"u8.ToArray(), headers: "Authorization: Bearer wrong\r\n"), Expect.Refused(401)),
            5 => (Exchange.Request("GET", chat, []), Expect.Refused(405)),
            6 => (Exchange.Request("GET", "/v1/nothing", []), Expect.Refused(404)),
            7 => (Exchange.Request("POST", $"/v1/streams/{Guid.NewGuid():n}/cancel", []), Expect.Refused(404)),
            _ => (Exchange.Request("POST", chat, Encoding.ASCII.GetBytes($"{{\"prompt\":\"{new string('x', 70_000)}\"}}")), Expect.Refused(413)),
        };
        await c.CallAsync(request, expect);
    }

    public static async Task VanishAsync(Running running, bool reset)
    {
        running.Exchange.Vanish(reset);
        try
        {
            await running.End;
        }
        catch (Exception failure) when (failure is System.Net.Sockets.SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // It was still connecting or sending.
        }
    }

    private static async Task<AnswerEnd?> ReadNothingAsync(Exchange exchange, CancellationToken bound)
    {
        await Task.Delay(3 * Timing.Write + Timing.Margin, bound);
        return await exchange.ReadAsync(bound);
    }
}
