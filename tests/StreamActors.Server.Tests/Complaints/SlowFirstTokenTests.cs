using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Complaints;

/// <summary>Healthy streams that something between client and server took for dead.</summary>
public class SlowFirstTokenTests
{
    /// <summary>BerriAI/litellm#34374, BerriAI/litellm#14953, vllm-project/vllm#47647, ollama/ollama#14420</summary>
    [Fact]
    [Trait("complaint", "BerriAI/litellm#34374")]
    [Trait("complaint", "BerriAI/litellm#14953")]
    [Trait("complaint", "vllm-project/vllm#47647")]
    [Trait("complaint", "ollama/ollama#14420")]
    public async Task A_first_token_after_a_minute_and_a_half_comes_through_a_balancer_that_wants_bytes_every_minute()
    {
        var time = new FakeTimeProvider();
        await using var both = await ServerWithUpstream.StartAsync(services => services.AddSingleton<TimeProvider>(time));
        var (client, call) = await both.AskAsync();
        using var _ = client;

        var (beats, passed) = (0, 0);
        while (passed < 90)
        {
            var beat = client.ReadUntilAsync(string.Concat(Enumerable.Repeat("d\r\n: heartbeat\n\n\r\n", ++beats)));
            while (!beat.IsCompleted)
            {
                // Twice only where the server did not yet know that the last beat had been taken when this one was due.
                time.Advance(TimeSpan.FromSeconds(5));
                passed += 5;
                await Task.WhenAny(beat, Task.Delay(TimeSpan.FromSeconds(1)));
            }

            await beat;
        }

        await call.AnswerAsync("at last");
        var answer = await client.ReadAnswerAsync();
        Staging.AssertComplete(answer, "at last");
        Assert.Equal(beats, answer.Text.Split(": heartbeat\n\n").Length - 1);
        Assert.InRange(passed, 90, 110);
    }
}
