using System.Text;
using Serilog.Sinks.File;

namespace StreamActors.Server.Hosting;

/// <summary>Holds back what the file sink flushes after each event, until it is to go out.</summary>
/// <param name="watch">Is told how writing goes.</param>
internal sealed class HeldFile(LogFileWatch watch) : FileLifecycleHooks
{
    private volatile HeldStream? _file;

    /// <summary>Writes what is held back. A file that takes nothing is the watch's affair.</summary>
    public void Release() => _file?.Release();

    public override Stream OnFileOpened(Stream underlyingStream, Encoding encoding) => _file = new HeldStream(underlyingStream, watch);
}
