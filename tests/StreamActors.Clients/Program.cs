using System.Collections.Concurrent;
using StreamActors.Clients;

// One client library as a process: requests and aborts come in as JSON lines, what the library made of each goes out as JSON lines.
IClient client = args[0] switch
{
    "openai-dotnet" => new OpenAiClient(),
    "extensions-ai" => new ExtensionsAiClient(),
    var other => throw new ArgumentException($"There is no client '{other}'."),
};
var running = new ConcurrentDictionary<string, CancellationTokenSource>();
Lines.Say(new { @event = "ready", version = client.Version });
while (await Console.In.ReadLineAsync() is { } line)
{
    var message = Lines.Read(line);
    if (message.Do == "abort")
        _ = running.GetValueOrDefault(message.Id)?.CancelAsync();
    else
        _ = AskAsync(message);
}

async Task AskAsync(Request request)
{
    using var abort = running[request.Id] = new CancellationTokenSource();
    var answer = new Answer(part =>
    {
        if (part)
            Lines.Say(new { id = request.Id, @event = "text" });
    });
    try
    {
        await Task.Run(() => request.List ? client.ListAsync(request, answer, abort.Token) : client.AskAsync(request, answer, abort.Token));
    }
    catch (Exception failure)
    {
        answer.Error = Failure.Of(failure);
    }

    running.TryRemove(request.Id, out _);
    Lines.Say(new { id = request.Id, @event = "end", answer.Text, answer.Finish, answer.Usage, answer.Tools, answer.Error });
}
