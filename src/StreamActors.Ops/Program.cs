using System.Runtime.InteropServices;
using Spectre.Console;
using StreamActors.Ops;

using var stop = new CancellationTokenSource();
void Stop(PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}

using var interrupted = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
using var terminated = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
using var hungUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Stop);
return await OpsProgram.RunAsync(
    args, AnsiConsole.Console, Console.Out, Console.Error, Directory.GetCurrentDirectory(), live: !Console.IsOutputRedirected && !Console.IsInputRedirected, stop.Token);
