using Microsoft.Extensions.AI;
using Microsoft.Extensions.DependencyInjection;
using StreamActors.Backends;
using StreamActors.Server.Hosting;
using StreamActors.Server.Tests.Support;
using StreamActors.Tests.Fakes;

namespace StreamActors.Server.Tests.Http;

/// <summary>A registered <see cref="IChatClient"/> behind the real server: it stops when it is told to, or is waited for no longer.</summary>
public class ChatClientTests
{
    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(10);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Before_the_client_has_answered_anything_a_newer_prompt_ends_its_call_and_is_served(bool stream)
    {
        var client = new ScriptedChatClient();
        await using var server = await StartAsync(client);
        using var older = await AskAsync(server, stream);
        var call = await client.NextCallAsync();

        using var newer = await AskAsync(server);
        await call.Left.WaitAsync(Bound);

        var lost = await older.ReadAnswerAsync();
        Assert.Equal((400, "registry_new_stream"), (lost.Status, lost.Error.GetProperty("code").GetString()));
        await AssertServedAsync(await client.NextCallAsync(), newer);
        Assert.Empty(server.Log.Of("prev_stream_timeout_on_cancel"));
        Assert.Single(server.Log.Of("prev_stream_finished_cleanly"));
        await Books.BalancedAsync(server);
    }

    [Fact]
    public async Task In_the_middle_of_its_answer_a_client_that_is_told_to_stop_is_over_before_the_next_begins()
    {
        var client = new ScriptedChatClient();
        await using var server = await StartAsync(client);
        using var older = await AskAsync(server);
        var call = await client.NextCallAsync();
        call.Say("one");
        await older.ReadUntilAsync("one");

        using var newer = await AskAsync(server);
        var next = await client.NextCallAsync();

        Assert.True(call.Left.IsCompleted);
        await AssertServedAsync(next, newer);
        var cut = await older.ReadAnswerAsync();
        Assert.False(cut.Finished);
        Assert.Equal("registry_new_stream", cut.LastError.GetProperty("code").GetString());
        await Books.BalancedAsync(server);
    }

    [Theory]
    [InlineData(Manners.Ignores, true, false)]
    [InlineData(Manners.Ignores, true, true)]
    [InlineData(Manners.Ignores, false, false)]
    [InlineData(Manners.Blocks, true, false)]
    [InlineData(Manners.Blocks, true, true)]
    [InlineData(Manners.Blocks, false, false)]
    public async Task A_client_that_does_not_stop_is_detached_after_the_grace_and_counted_until_it_has(Manners manners, bool stream, bool begun)
    {
        var client = new ScriptedChatClient(manners);
        await using var server = await StartAsync(client);
        var load = server.Services.GetRequiredService<BackendRegistry>().LoadOf("mine");
        using var older = await AskAsync(server, stream);
        var call = await client.NextCallAsync();
        if (begun)
        {
            call.Say("one");
            await older.ReadUntilAsync("one");
        }

        using var newer = await AskAsync(server);
        var next = await client.NextCallAsync();

        Assert.Equal((1, false), (load.Counters.Detached, call.Left.IsCompleted));
        Assert.Single(server.Log.Of("prev_stream_timeout_on_cancel"));
        call.Say("too late");
        await AssertServedAsync(next, newer);
        Assert.DoesNotContain("too late", newer.Received);
        Assert.DoesNotContain("too late", (await older.ReadAnswerAsync()).Text);

        call.Finish();
        await call.Left.WaitAsync(Bound);
        await Eventually.HoldsAsync(() =>
        {
            Assert.Equal(0, load.Counters.Detached);
            Assert.Single(server.Log.Of("stream_detached_ended"));
        });
        await Books.BalancedAsync(server);
    }

    [Fact]
    public async Task What_a_client_throws_reaches_nobody()
    {
        var client = new ScriptedChatClient();
        await using var server = await StartAsync(client);
        using var asked = await AskAsync(server);
        (await client.NextCallAsync()).Throw(new InvalidOperationException("http://inside:1 secret"));

        var answer = await asked.ReadAnswerAsync();

        Assert.Equal((502, "backend_error"), (answer.Status, answer.Error.GetProperty("code").GetString()));
        Assert.DoesNotContain("secret", answer.Text);
        await Books.BalancedAsync(server);
        Assert.DoesNotContain(server.Log.All, line => line.Contains("secret"));
    }

    [Fact]
    public async Task The_client_under_the_backends_name_is_taken_before_the_one_without_a_key()
    {
        var (keyed, unkeyed) = (new ScriptedChatClient(), new ScriptedChatClient());
        await using var server = await TestServer.StartAsync(
            services => services.AddKeyedSingleton<IChatClient>("mine", keyed).AddSingleton<IChatClient>(unkeyed),
            ("Backends:mine:Type", "ChatClient"), ("Backends:other:Type", "ChatClient"), ("Backends:other:Models:0", "o"));

        using var mine = await RawClient.PostChatAsync(server, """{"model":"mine","prompt":"Hi"}""");
        using var other = await RawClient.PostChatAsync(server, """{"model":"o","prompt":"Hi"}""");

        var (first, second) = (await keyed.NextCallAsync(), await unkeyed.NextCallAsync());
        Assert.Equal((null, "o"), (first.Options.ModelId, second.Options.ModelId));
        first.Finish();
        second.Finish();
        Assert.Equal((200, 200), ((await mine.ReadAnswerAsync()).Status, (await other.ReadAnswerAsync()).Status));
    }

    [Fact]
    public async Task Backends_without_a_client_stop_the_start_and_are_all_listed()
    {
        var none = await Assert.ThrowsAsync<SettingsException>(() => TestServer.StartAsync(
            ("Backends:a:Type", "ChatClient"), ("Backends:b:Type", "ChatClient"), ("Backends:c:Type", "Demo")));
        var two = await Assert.ThrowsAsync<SettingsException>(() => TestServer.StartAsync(
            services => services.AddSingleton<IChatClient>(new ScriptedChatClient()).AddSingleton<IChatClient>(new ScriptedChatClient())
                .AddKeyedSingleton<IChatClient>("b", new ScriptedChatClient()),
            ("Backends:a:Type", "ChatClient"), ("Backends:b:Type", "ChatClient")));

        Assert.Equal(["Backends:a: needs an IChatClient", "Backends:b: needs an IChatClient"], none.Faults.Select(f => f[..32]));
        Assert.Contains("there are 2 without one", Assert.Single(two.Faults));
    }

    private static Task<TestServer> StartAsync(ScriptedChatClient client) => TestServer.StartAsync(
        services => services.AddKeyedSingleton<IChatClient>("mine", client),
        ("Backends:mine:Type", "ChatClient"), ("Backends:mine:Models:0", "m"),
        ("Sessions:CancelGrace", "00:00:01"), ("Server:DrainTimeout", "00:00:00"));

    private static Task<RawClient> AskAsync(TestServer server, bool stream = true) =>
        RawClient.PostChatAsync(server, ServerWithUpstream.Chat(stream), "s");

    private static async Task AssertServedAsync(ClientCall call, RawClient client)
    {
        call.Say("served");
        call.Finish();
        var answer = await client.ReadAnswerAsync();
        Assert.Equal((200, true), (answer.Status, answer.Finished));
        Assert.Contains("served", answer.Text);
        Assert.EndsWith("data: [DONE]\n\n", answer.Text);
    }
}
