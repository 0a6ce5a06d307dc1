using System.Text;
using StreamActors.Protocol;

namespace StreamActors.Tests.Fakes;

/// <summary>Ready requests.</summary>
public static class Requests
{
    public static readonly ChatRequest Hello = new(
        "fake", "model", Encoding.UTF8.GetBytes("""{"model":"model","messages":[{"role":"user","content":"Hello"}],"stream":true}"""), Stream: true);

    public static Prompt Prompt(ChatRequest? request = null) => new(TraceId.New(), request ?? Hello);
}
