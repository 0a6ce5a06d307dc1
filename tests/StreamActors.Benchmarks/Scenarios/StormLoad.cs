using StreamActors.Benchmarks.Gateways;
using StreamActors.Benchmarks.Load;
using StreamActors.Benchmarks.Upstream;

namespace StreamActors.Benchmarks.Scenarios;

/// <summary>The clients of a storm.</summary>
internal sealed class StormLoad(LoadLoop loop, Gateway gateway, Rig rig, int sessions) : ILoad
{
    private const int Pace = 10_000;

    /// <summary>Ten seconds: whatever becomes of the client, the model server ends by itself.</summary>
    private const int Tokens = 1000;

    private readonly LoadConnection[] _current = new LoadConnection[sessions];
    private readonly int[] _sessions = [.. Enumerable.Range(0, sessions).Select(_ => rig.NewSession())];
    private bool _stopped;

    /// <summary>From a prompt's write, while counting.</summary>
    public Times FirstToken { get; } = new();

    public bool Counting { get; set; }

    /// <summary>Prompts that took another's place, while counting.</summary>
    public long Replacements { get; private set; }

    /// <summary>Prompts that got an error in place of an answer.</summary>
    public int Refused { get; private set; }

    public void Start()
    {
        for (var client = 0; client < sessions; client++)
            Prompt(client, 1);
    }

    /// <summary>No more prompts; what runs is left by its clients.</summary>
    public void Stop()
    {
        _stopped = true;
        foreach (var connection in _current)
            connection.Close();
    }

    public void Token(LoadConnection connection, long sent, long now)
    {
        if (_stopped || connection.Tokens > 1 || connection != _current[connection.Client])
            return;
        if (Counting)
        {
            FirstToken.Add(now - connection.Asked);
            Replacements++;
        }

        if (!gateway.HasSessions)
            connection.Close();
        Prompt(connection.Client, connection.Prompt + 1);
    }

    public void Ended(LoadConnection connection, AnswerEnd end, long now)
    {
        connection.Close();
        if (_stopped || connection != _current[connection.Client])
            return;
        Refused++;
        Prompt(connection.Client, connection.Prompt + 1);
    }

    private void Prompt(int client, int prompt)
    {
        var connection = _current[client] = loop.Open(gateway.Address, this, client);
        connection.Ask(Ask.For(gateway.Address, new Order(_sessions[client], prompt, Tokens, Pace), $"bench-{_sessions[client]}"), prompt);
    }
}
