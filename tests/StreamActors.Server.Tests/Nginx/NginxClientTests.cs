using StreamActors.Server.Tests.Clients;
using Xunit.Abstractions;

namespace StreamActors.Server.Tests.Nginx;

/// <summary>
/// The official clients behind the real nginx, which speaks TLS with them: whole answers are whole, tokens flow, a client that leaves stops the model, a
/// newer prompt takes over, and no cut answer is taken for a whole one, whatever nginx speaks on either side.
/// </summary>
[Collection(NginxTests.Name)]
public class NginxClientTests(NginxStage stage, ITestOutputHelper output)
{
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var way in NginxWay.All)
            {
                foreach (var client in RealClient.All)
                {
                    rows.Add(way.Name, client.Name, "HTTP/1.1");
                    if (client.SpeaksHttp2)
                        rows.Add(way.Name, client.Name, "HTTP/2.0");
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public async Task A_client_sees_behind_nginx_what_it_sees_before_the_server(string way, string name, string protocol)
    {
        var client = RealClient.All.Single(c => c.Name == name);
        var process = await stage.ClientAsync(client);
        var logged = stage.Nginx.AccessLog.Count;
        foreach (var play in NginxCases.All)
        {
            await using var scene = ClientScene.Behind(stage.AddressOf(way), client, protocol == "HTTP/2.0", process, stage.Stage);
            try
            {
                output.WriteLine($"{play.Name}: {await play.PlayAsync(scene)}");
                await scene.IsCleanAsync();
            }
            catch (Exception failure)
            {
                await scene.ClearAsync();
                throw new InvalidOperationException($"{play.Name}: {failure.Message}", failure);
            }
        }

        var spoken = stage.Nginx.AccessLog.Skip(logged).Count(line => line.Contains($" {protocol}\" ", StringComparison.Ordinal));
        Assert.True(spoken > NginxCases.All.Count, $"only {spoken} requests were {protocol}");
    }
}
