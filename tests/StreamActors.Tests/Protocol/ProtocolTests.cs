using Akka.Actor;
using StreamActors.Protocol;

namespace StreamActors.Tests.Protocol;

public class ProtocolTests
{
    [Theory]
    [InlineData("a", true)]
    [InlineData("A.b_c:d-9", true)]
    [InlineData("", false)]
    [InlineData(null, false)]
    [InlineData("a b", false)]
    [InlineData("a/b", false)]
    [InlineData("ä", false)]
    [InlineData("a\n", false)]
    public void Session_ids_are_checked(string? id, bool valid) => Assert.Equal(valid, SessionKey.IsValidId(id));

    [Fact]
    public void A_session_id_has_at_most_128_characters()
    {
        Assert.True(SessionKey.IsValidId(new string('a', 128)));
        Assert.False(SessionKey.IsValidId(new string('a', 129)));
    }

    [Theory]
    [InlineData("local")]
    [InlineData("Bob's key / 1 %")]
    [InlineData("$system!ü")]
    public void An_entity_id_is_a_legal_actor_name(string owner) =>
        Assert.True(ActorPath.IsValidPathElement(new SessionKey(owner, "a.b_c:d-9").EntityId));

    [Fact]
    public void Different_keys_have_different_entity_ids() =>
        Assert.NotEqual(new SessionKey("a!b", "c").EntityId, new SessionKey("a", "b!c").EntityId);

    [Fact]
    public void Trace_ids_are_unique_and_read_back()
    {
        var traces = Enumerable.Range(0, 1000).Select(_ => TraceId.New()).ToList();
        Assert.Equal(1000, traces.Distinct().Count());
        Assert.All(traces, trace => Assert.True(TraceId.TryParse(trace.Value, out var read) && read == trace));
        Assert.False(TraceId.TryParse("xyz", out _));
    }

    [Fact]
    public void Reasons_and_outcomes_have_their_documented_names()
    {
        Assert.Equal("registry_new_stream", EndReason.RegistryNewStream.Name());
        Assert.Equal("first_token_timeout", EndReason.FirstTokenTimeout.Name());
        Assert.Equal("detached", Outcome.Detached.Name());
    }
}
