namespace StreamActors.Server.Tests.Support;

/// <summary>The files of this repository, for tests of what stands beside the code.</summary>
public static class Repository
{
    /// <summary>Its folder.</summary>
    public static string Root
    {
        get
        {
            var folder = new DirectoryInfo(AppContext.BaseDirectory);
            while (!File.Exists(Path.Combine(folder.FullName, "StreamActors.sln")))
                folder = folder.Parent ?? throw new DirectoryNotFoundException("StreamActors.sln is in no folder above.");
            return folder.FullName;
        }
    }
}
