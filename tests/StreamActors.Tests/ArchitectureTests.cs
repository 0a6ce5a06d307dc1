using ArchUnitNET.Domain;
using ArchUnitNET.Domain.Extensions;
using ArchUnitNET.Loader;
using StreamActors.PetabridgeCmd;
using StreamActors.Sessions;

namespace StreamActors.Tests;

/// <summary>
/// Folders follow the way a prompt travels; a folder knows itself, what all may know, and what stands to its right:
/// HTTP, Sessions, Generations, Backends. Streaming serves Generations, Sessions and HTTP. Operations stands beside HTTP. Dispatch is on whose thread actors run.
/// </summary>
public class ArchitectureTests
{
    private const string Root = "StreamActors.";

    private static readonly Architecture Code = new ArchLoader()
        .LoadAssemblies(typeof(SessionMachine).Assembly, typeof(Server.Hosting.Settings).Assembly)
        .Build();

    private static readonly Dictionary<string, string[]> MayKnow = new()
    {
        ["Protocol"] = [],
        ["Dispatch"] = [],
        ["Telemetry"] = ["Protocol"],
        ["Streaming"] = ["Protocol", "Dispatch", "Telemetry"],
        ["Backends"] = ["Protocol", "Telemetry"],
        ["Generations"] = ["Protocol", "Dispatch", "Telemetry", "Streaming", "Backends"],
        ["Sessions"] = ["Protocol", "Dispatch", "Telemetry", "Streaming", "Backends", "Generations"],
        ["Operations"] = ["Protocol", "Telemetry", "Backends", "Sessions"],
        ["Server.Http"] = ["Protocol", "Dispatch", "Telemetry", "Streaming", "Backends", "Generations", "Sessions", "Operations"],
        ["Server.Monitoring"] = ["Protocol", "Dispatch", "Telemetry", "Streaming", "Backends", "Generations", "Sessions", "Server.Http"],
        ["Server.Hosting"] = ["Protocol", "Telemetry", "Streaming", "Backends", "Generations", "Sessions", "Operations", "Server.Http", "Server.Monitoring"],
    };

    public static TheoryData<string> Folders => [.. MayKnow.Keys];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_folder_knows_only_what_it_may(string folder)
    {
        var types = Code.Types.Where(type => FolderOf(type.FullName) == folder).ToList();
        Assert.NotEmpty(types);

        var strangers =
            from type in types
            from target in type.GetTypeDependencies(Code)
            let known = FolderOf(target.FullName)
            where known is not null && known != folder && !MayKnow[folder].Contains(known)
            select $"{type.FullName} knows {target.FullName}";

        Assert.Empty(strangers.Distinct());
    }

    [Fact]
    public void Every_type_lives_in_a_known_folder()
    {
        var homeless = Code.Types
            .Where(t => t.FullName.StartsWith(Root, StringComparison.Ordinal) && FolderOf(t.FullName) is null)
            .Select(t => t.FullName);

        Assert.Empty(homeless);
    }

    [Fact]
    public void The_actor_system_does_not_know_asp_net()
    {
        var references = typeof(SessionMachine).Assembly.GetReferencedAssemblies().Select(a => a.Name!);

        Assert.DoesNotContain(references, name => name.StartsWith("Microsoft.AspNetCore", StringComparison.Ordinal));
    }

    [Fact]
    public void The_palette_of_pbm_knows_the_operations_and_what_they_answer_with_and_the_server_knows_no_palette()
    {
        var palette = new ArchLoader().LoadAssemblies(typeof(SessionMachine).Assembly, typeof(PetabridgeCmdHosting).Assembly).Build();
        string[] may = ["Operations", "Protocol", "Sessions", "Telemetry", "Backends"];
        var strangers =
            from type in palette.Types.Where(t => t.FullName.StartsWith("StreamActors.PetabridgeCmd.", StringComparison.Ordinal))
            from target in type.GetTypeDependencies(palette)
            let known = FolderOf(target.FullName)
            where known is not null && !may.Contains(known)
            select $"{type.FullName} knows {target.FullName}";

        Assert.Empty(strangers.Distinct());
        Assert.DoesNotContain(typeof(Server.Hosting.Settings).Assembly.GetReferencedAssemblies(), a => a.Name!.Contains("Petabridge"));
    }

    [Fact]
    public void Nothing_passes_a_live_stream_or_an_actor_in_the_protocol()
    {
        var foreign =
            from type in Code.Types.Where(t => FolderOf(t.FullName) == "Protocol")
            from target in type.GetTypeDependencies(Code)
            where target.FullName.StartsWith("Akka.", StringComparison.Ordinal) || target.FullName.StartsWith("System.IO.", StringComparison.Ordinal)
            select $"{type.FullName} knows {target.FullName}";

        Assert.Empty(foreign.Distinct());
    }

    private static string? FolderOf(string fullName) => MayKnow.Keys
        .Where(folder => fullName.StartsWith($"{Root}{folder}.", StringComparison.Ordinal))
        .MaxBy(folder => folder.Length);
}
