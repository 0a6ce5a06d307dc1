using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace StreamActors.Conformance.Backend;

/// <summary>The verb <c>backend</c>: the instrumented model server alone, until a signal or the end of standard input.</summary>
internal static class BackendCommand
{
    public static async Task<int> RunAsync(BackendOptions options)
    {
        if (TryListen(options.Port, out var fault) is not { } backend)
        {
            await Console.Error.WriteLineAsync(fault);
            return 1;
        }

        await ServeAsync(backend, options.ExitWithStdin);
        return 0;
    }

    /// <summary>The model server, listening; null and what is wrong where the port cannot be had.</summary>
    public static InstrumentedBackend? TryListen(int port, out string? fault)
    {
        try
        {
            fault = null;
            return new InstrumentedBackend(port);
        }
        catch (SocketException e)
        {
            fault = $"cannot listen on port {port}: {e.Message}";
            return null;
        }
    }

    public static void Start(InstrumentedBackend backend) =>
        new Thread(backend.Run) { IsBackground = true, Name = "backend" }.Start();

    private static async Task ServeAsync(InstrumentedBackend backend, bool exitWithStdin)
    {
        var stop = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        void OnSignal(PosixSignalContext context)
        {
            context.Cancel = true;
            stop.TrySetResult();
        }

        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal);

        Start(backend);
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
