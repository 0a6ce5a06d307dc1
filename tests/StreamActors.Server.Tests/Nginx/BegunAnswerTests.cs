using StreamActors.Server.Tests.Complaints;
using StreamActors.Server.Tests.Support;

namespace StreamActors.Server.Tests.Nginx;

/// <summary>An answer that is not streamed, and whose backend has said all of it and does not come to its end.</summary>
public class BegunAnswerTests
{
    public static TheoryData<string> Ways => [.. NginxWay.All.Concat(NginxWay.Buffering).Where(way => way.More is not null).Select(way => way.Name)];

    [Theory]
    [MemberData(nameof(Ways))]
    public async Task Cut_after_it_has_begun_it_is_cut_behind_nginx_too(string name)
    {
        await using var stubborn = await StubbornServer.StartAsync();
        var port = NginxProcess.FreePort();
        var more = NginxWay.All.Concat(NginxWay.Buffering).Single(way => way.Name == name).More!;
        await using var nginx = await NginxProcess.StartAsync([port], DebianSettings.DefaultSite(port, stubborn.Server.Address, more));
        using var http = new HttpClient(TestCertificate.Trusting());
        http.DefaultRequestHeaders.Add("X-Session-Id", "old");
        var asking = http.PostAsync($"https://127.0.0.1:{port}/v1/chat/completions", new StringContent(StubbornServer.Chat(stream: false)));
        await stubborn.SayAsync("one");
        await Eventually.HoldsAsync(() => Assert.NotNull(Assert.Single(stubborn.Server.Responses.All).Body));

        await stubborn.Server.Http.DeleteAsync("/v1/sessions/old");

        await Assert.ThrowsAsync<HttpRequestException>(() => asking);
    }
}
