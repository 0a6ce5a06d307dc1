using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Clients;

/// <summary>A client library in a process of its own, spoken to in JSON lines.</summary>
internal sealed class ClientProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web);

    private readonly ConcurrentDictionary<string, ClientCall> _calls = new();
    private readonly ConcurrentQueue<string> _strays = new();
    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly Process _process;
    private Task _reading = Task.CompletedTask;
    private int _ids;

    private ClientProcess(Process process) => _process = process;

    /// <summary>The library's version.</summary>
    public string Version { get; private set; } = "";

    /// <summary>Errors that the library raised where nobody awaits them.</summary>
    public IReadOnlyCollection<string> Strays => _strays;

    public static async Task<ClientProcess> StartAsync(string program, params string[] arguments)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
        };
        // How Node, .NET and curl are told what to trust.
        foreach (var name in new[] { "NODE_EXTRA_CA_CERTS", "SSL_CERT_FILE", "CURL_CA_BUNDLE" })
            start.Environment[name] = TestCertificate.CertificateFile;
        var client = new ClientProcess(Process.Start(start)!);
        using var bound = new CancellationTokenSource(Patience);
        var line = await client._process.StandardOutput.ReadLineAsync(bound.Token);
        client.Version = JsonNode.Parse(line ?? throw new InvalidOperationException(
            $"'{program} {string.Join(' ', arguments)}' did not start; its error stands in this run's output."))!["version"]!.GetValue<string>();
        client._reading = client.ReadAsync();
        return client;
    }

    /// <summary>Lets the library send a request.</summary>
    public async Task<ClientCall> AskAsync(ClientRequest request)
    {
        var id = Interlocked.Increment(ref _ids).ToString(CultureInfo.InvariantCulture);
        var call = _calls[id] = new ClientCall(id, other => SendAsync(new JsonObject { ["id"] = other, ["do"] = "abort" }));
        var message = JsonSerializer.SerializeToNode(request, Json)!.AsObject();
        (message["id"], message["do"]) = (id, "ask");
        await SendAsync(message);
        return call;
    }

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        using var bound = new CancellationTokenSource(Patience);
        try
        {
            await _process.WaitForExitAsync(bound.Token);
        }
        catch (OperationCanceledException)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _reading;
        _process.Dispose();
    }

    private async Task SendAsync(JsonObject message)
    {
        await _writing.WaitAsync();
        try
        {
            await _process.StandardInput.WriteLineAsync(message.ToJsonString());
            await _process.StandardInput.FlushAsync();
        }
        finally
        {
            _writing.Release();
        }
    }

    private async Task ReadAsync()
    {
        while (await _process.StandardOutput.ReadLineAsync() is { } line)
        {
            var message = JsonNode.Parse(line)!;
            if (message["event"]!.GetValue<string>() == "stray")
                _strays.Enqueue(line);
            else if (message["event"]!.GetValue<string>() == "text")
                _calls[message["id"]!.GetValue<string>()].OnText();
            else
                _calls[message["id"]!.GetValue<string>()].OnEnd(message.Deserialize<ClientAnswer>(Json)!);
        }
    }
}
