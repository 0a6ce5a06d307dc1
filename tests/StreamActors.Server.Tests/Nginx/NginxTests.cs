namespace StreamActors.Server.Tests.Nginx;

/// <summary>Tests that share one nginx, one after the other.</summary>
[CollectionDefinition(Name)]
public sealed class NginxTests : ICollectionFixture<NginxStage>
{
    public const string Name = "nginx";
}
