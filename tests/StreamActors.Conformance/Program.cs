using System.Net.Sockets;
using System.Runtime.InteropServices;
using StreamActors.Conformance.Backend;

namespace StreamActors.Conformance;

/// <summary>Command line of the conformance tools.</summary>
internal static class Program
{
    private static async Task<int> Main(string[] args)
    {
        if (!BackendOptions.TryParse(args, out var options))
        {
            await Console.Error.WriteLineAsync(BackendOptions.Usage);
            return 2;
        }

        InstrumentedBackend backend;
        try
        {
            backend = new InstrumentedBackend(options.Port);
        }
        catch (SocketException e)
        {
            await Console.Error.WriteLineAsync($"cannot listen on port {options.Port}: {e.Message}");
            return 1;
        }

        await RunAsync(backend, options.ExitWithStdin);
        return 0;
    }

    private static async Task RunAsync(InstrumentedBackend backend, bool exitWithStdin)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

        new Thread(backend.Run) { IsBackground = true, Name = "backend" }.Start();
        Console.WriteLine($"listening http://127.0.0.1:{backend.Port}");

        var stdinClosed = exitWithStdin ? Task.Run(DrainStdinAsync) : stop.Task;
        await Task.WhenAny(stop.Task, stdinClosed);
    }

    private static async Task DrainStdinAsync()
    {
        await using var stdin = Console.OpenStandardInput();
        await stdin.CopyToAsync(Stream.Null);
    }
}
