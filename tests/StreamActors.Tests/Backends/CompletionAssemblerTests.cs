using System.Diagnostics;
using System.Text;
using System.Text.Json;
using StreamActors.Backends;
using StreamActors.Backends.OpenAiCompatible;
using StreamActors.Protocol;
using StreamActors.Tests.Fakes;

namespace StreamActors.Tests.Backends;

/// <summary>What the chunks of a stream are together, and what a whole answer is in chunks.</summary>
public class CompletionAssemblerTests
{
    /// <summary>Chunks and the choices of the completion that they are.</summary>
    public static TheoryData<string, string[], string> Streams => new()
    {
        {
            "text",
            [Delta("""{"role":"assistant","content":""}"""), Delta("""{"content":"Hel"}"""), Delta("""{"content":"lo\n\"x\" ü"}"""), End("length")],
            """[{"index":0,"message":{"role":"assistant","content":"Hello\n\"x\" ü"},"finish_reason":"length"}]"""
        },
        { "nothing but a reason", [Delta("{}"), End("stop")], """[{"index":0,"message":{"role":"assistant","content":null},"finish_reason":"stop"}]""" },
        { "no reason", [Delta("""{"content":"x"}""")], """[{"index":0,"message":{"role":"assistant","content":"x"},"finish_reason":null}]""" },
        {
            "reasoning, refusal and unknown texts",
            [Delta("""{"reasoning_content":"a","reasoning":"1"}"""), Delta("""{"reasoning_content":"b","reasoning":"2","x_new":"p"}"""), Delta("""{"refusal":"n","x_new":"q"}"""), Delta("""{"refusal":"o","content":null}"""), End("stop")],
            """[{"index":0,"message":{"role":"assistant","reasoning_content":"ab","reasoning":"12","x_new":"pq","refusal":"no","content":null},"finish_reason":"stop"}]"""
        },
        {
            "tool calls by their index",
            [
                Delta("""{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":""}}]}"""),
                Delta("""{"tool_calls":[{"index":0,"function":{"arguments":"{\"x\""}},{"index":1,"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]}"""),
                Delta("""{"tool_calls":[{"index":0,"id":"a","type":"function","function":{"name":"f","arguments":":1}"}}]}"""), End("tool_calls"),
            ],
            """[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","type":"function","function":{"name":"f","arguments":"{\"x\":1}"}},{"id":"b","type":"function","function":{"name":"g","arguments":"{}"}}]},"finish_reason":"tool_calls"}]"""
        },
        {
            "tool calls without an index, and all numbered 0",
            [
                Delta("""{"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"{"}}]}"""), Delta("""{"tool_calls":[{"function":{"arguments":"}"}}]}"""),
                Delta("""{"tool_calls":[{"index":0,"id":"c","function":{"name":"h","arguments":"1"}}]}"""), Delta("""{"tool_calls":[{"index":0,"id":"d","function":{"name":"i","arguments":"2"}}]}"""),
            ],
            """[{"index":0,"message":{"role":"assistant","content":null,"tool_calls":[{"id":"a","function":{"name":"f","arguments":"{}"}},{"id":"b","function":{"name":"g","arguments":"{}"}},{"id":"c","function":{"name":"h","arguments":"1"}},{"id":"d","function":{"name":"i","arguments":"2"}}]},"finish_reason":null}]"""
        },
        {
            "the old function call",
            [Delta("""{"function_call":{"name":"f","arguments":""}}"""), Delta("""{"function_call":{"arguments":"{}"}}"""), End("function_call")],
            """[{"index":0,"message":{"role":"assistant","content":null,"function_call":{"name":"f","arguments":"{}"}},"finish_reason":"function_call"}]"""
        },
        {
            "reasoning in parts",
            [Delta("""{"reasoning_details":[{"type":"reasoning.text","text":"a","index":0}]}"""), Delta("""{"reasoning_details":[{"type":"reasoning.text","text":"b","index":0},{"type":"reasoning.encrypted","data":"x","index":1}]}""")],
            """[{"index":0,"message":{"role":"assistant","content":null,"reasoning_details":[{"type":"reasoning.text","text":"ab","index":0},{"type":"reasoning.encrypted","data":"x","index":1}]},"finish_reason":null}]"""
        },
        {
            "content that is parts and text by turns",
            [Delta("""{"content":"a"}"""), Delta("""{"content":[{"type":"thinking","thinking":[{"type":"text","text":"hm"}]}]}"""), Delta("""{"content":"b"}""")],
            """[{"index":0,"message":{"role":"assistant","content":[{"type":"text","text":"a"},{"type":"thinking","thinking":[{"type":"text","text":"hm"}]},{"type":"text","text":"b"}]},"finish_reason":null}]"""
        },
        {
            "images and annotations",
            [Delta("""{"images":[{"type":"image_url","image_url":{"url":"data:1"}}],"annotations":[1]}"""), Delta("""{"images":[{"type":"image_url","image_url":{"url":"data:2"}}],"annotations":[2]}""")],
            """[{"index":0,"message":{"role":"assistant","content":null,"images":[{"type":"image_url","image_url":{"url":"data:1"}},{"type":"image_url","image_url":{"url":"data:2"}}],"annotations":[1,2]},"finish_reason":null}]"""
        },
        {
            "audio", [Delta("""{"audio":{"id":"x","transcript":"He"}}"""), Delta("""{"audio":{"data":"AA"}}"""), Delta("""{"audio":{"data":"BB","transcript":"y","expires_at":5}}""")],
            """[{"index":0,"message":{"role":"assistant","content":null,"audio":{"id":"x","transcript":"Hey","data":"AABB","expires_at":5}},"finish_reason":null}]"""
        },
        {
            "probabilities, and what stands beside",
            [
                """{"choices":[{"index":0,"delta":{"content":"a"},"logprobs":{"content":[{"token":"a","logprob":-1e-7}],"refusal":null},"stop_reason":null}]}""",
                """{"choices":[{"index":0,"delta":{"content":"b"},"logprobs":{"content":[{"token":"b","logprob":-2.0}]},"finish_reason":"stop","stop_reason":"x"}]}""",
            ],
            """[{"index":0,"message":{"role":"assistant","content":"ab"},"logprobs":{"content":[{"token":"a","logprob":-1e-7},{"token":"b","logprob":-2.0}],"refusal":null},"stop_reason":"x","finish_reason":"stop"}]"""
        },
        {
            "a pair of surrogates in two parts", [Delta("""{"content":"\ud83d"}"""), Delta("""{"content":"\ude00"}""")],
            """[{"index":0,"message":{"role":"assistant","content":"\ud83d\ude00"},"finish_reason":null}]"""
        },
        {
            "numbers as Python writes them", ["""{"choices":[{"index":0,"delta":{"content":"NaN"},"logprobs":{"content":[{"logprob":-Infinity}]}}]}"""],
            """[{"index":0,"message":{"role":"assistant","content":"NaN"},"logprobs":{"content":[{"logprob":-0}]},"finish_reason":null}]"""
        },
        {
            "counting indexes of the one choice",
            ["""{"choices":[{"index":0,"delta":{"content":"a"}}]}""", """{"choices":[{"index":1,"delta":{"content":"b"}}]}""", """{"choices":[{"index":2,"delta":{},"finish_reason":"stop"}]}"""],
            """[{"index":0,"message":{"role":"assistant","content":"ab"},"finish_reason":"stop"}]"""
        },
        { "choices that are an object", ["""{"choices":{"delta":{"content":"a"},"finish_reason":"stop"}}"""], """[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"}]""" },
    };

    [Theory]
    [MemberData(nameof(Streams))]
    public void Chunks_become_one_completion(string name, string[] chunks, string choices)
    {
        Assert.NotEmpty(name);
        Assert.Equal($$"""{"object":"chat.completion","choices":{{choices}}}""", Assemble(1, chunks));
    }

    [Fact]
    public void Choices_are_told_apart_and_the_last_word_of_the_answer_counts() => Assert.Equal(
        """{"object":"chat.completion","id":"c","created":2,"model":"m","system_fingerprint":"fp","service_tier":null,"choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"bd"},"finish_reason":"stop"}],"usage":{"completion_tokens":4}}""",
        Assemble(
            2,
            """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","system_fingerprint":"fp","service_tier":null,"choices":[{"index":1,"delta":{"content":"b"}},{"index":0,"delta":{"content":"a"},"finish_reason":"stop"}],"usage":{"completion_tokens":1}}""",
            """{"id":"c","created":2,"system_fingerprint":null,"choices":[{"index":"1","delta":{"content":"d"},"finish_reason":"stop"}],"usage":null}""",
            """{"choices":[],"usage":{"completion_tokens":4}}"""));

    [Theory]
    [InlineData("""{"choices":[{"message":{"content":"a","tool_calls":[{"id":"x","function":{"name":"f","arguments":{"a":1}}},{"id":"y","index":7,"function":{"name":"g","arguments":"{}"}}]},"logprobs":{"content":[1e-7]},"finish_reason":"tool_calls","stop_reason":null}]}""",
        """{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{"role":"assistant","content":"a","tool_calls":[{"index":0,"id":"x","function":{"name":"f","arguments":"{\"a\":1}"}},{"index":1,"id":"y","function":{"name":"g","arguments":"{}"}}]},"logprobs":{"content":[1e-7]},"finish_reason":null}]}""",
        """{"object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"stop_reason":null,"finish_reason":"tool_calls"}]}""")]
    [InlineData("""{"id":"c","choices":[{"index":1,"message":{"role":"model","reasoning":"hm","content":null}}],"x":{"y":1.0}}""",
        """{"object":"chat.completion.chunk","id":"c","x":{"y":1.0},"choices":[{"index":1,"delta":{"role":"model","reasoning":"hm","content":null},"finish_reason":null}]}""",
        """{"object":"chat.completion.chunk","id":"c","x":{"y":1.0},"choices":[{"index":1,"delta":{},"finish_reason":null}]}""")]
    public void A_whole_answer_becomes_chunks(string whole, string words, string end) => Assert.Equal(
        [words, end], WholeAnswer.AsChunks(Encoding.UTF8.GetBytes(whole), includeUsage: true).Select(c => Encoding.UTF8.GetString(c.Json.Span)));

    [Fact]
    public void A_whole_answer_of_several_choices_has_chunks_for_each_and_is_the_same_again_when_put_together()
    {
        const string whole = """{"object":"chat.completion","id":"c","model":"m","choices":[{"index":0,"message":{"role":"assistant","content":"a"},"finish_reason":"stop"},{"index":1,"message":{"role":"assistant","content":"b","tool_calls":[{"id":"x","type":"function","function":{"name":"f","arguments":"{}"}}]},"finish_reason":"tool_calls"}],"usage":{"completion_tokens":2}}""";

        var chunks = WholeAnswer.AsChunks(Encoding.UTF8.GetBytes(whole), includeUsage: false);

        Assert.Equal(4, chunks.Count);
        Assert.Equal([false, true, false, true], chunks.Select(c => !c.Facts.FinishedChoices.IsEmpty));
        Assert.Equal(whole, Assemble(2, [.. chunks.Select(c => Encoding.UTF8.GetString(c.Json.Span))]));
    }

    [Fact]
    public void Depth_is_no_matter()
    {
        var deep = new string('[', 3000) + new string(']', 3000);

        Assert.Contains(deep, Assemble(1, Delta($$"""{"x":{{deep}}}""")));
        Assert.Contains(deep, Encoding.UTF8.GetString(WholeAnswer.AsChunks(Encoding.UTF8.GetBytes($$"""{"choices":[{"message":{"x":{{deep}} } }]}"""), includeUsage: false)[0].Json.Span));
    }

    [Fact]
    public void A_great_many_calls_take_no_more_time_than_their_bytes()
    {
        var calls = string.Join(',', Enumerable.Range(0, 40_000).Select(i => $$"""{"index":{{i}}}"""));
        var begun = Stopwatch.GetTimestamp();

        Assemble(1, Delta($$"""{"tool_calls":[{{calls}}]}"""));

        Assert.InRange(Stopwatch.GetElapsedTime(begun).TotalSeconds, 0, 5);
    }

    /// <summary>Threads have stacks of 1.5 MiB on most systems; one that overflows ends the process.</summary>
    [Theory]
    [InlineData("[", "]")]
    [InlineData("{\"a\":", "}")]
    public void The_deepest_that_can_be_read_fits_a_small_stack(string open, string close)
    {
        const int depth = ChunkJson.MaxDepth - 10;
        var deep = $"{string.Concat(Enumerable.Repeat(open, depth))}1{string.Concat(Enumerable.Repeat(close, depth))}";
        var assembled = "";
        var thread = new Thread(() => assembled = Assemble(1, Delta($$"""{"x":{{deep}}}""")), maxStackSize: 256 * 1024);

        thread.Start();
        thread.Join();

        Assert.Contains(deep, assembled);
    }

    [Fact]
    public void What_is_kept_is_bounded_while_it_comes()
    {
        var whole = new CompletionAssembler(Answers.Limits with { MaxAnswerBytes = 10_000 }, 1);
        var chunk = Encoding.UTF8.GetBytes(Delta($$"""{"content":"{{new string('x', 1000)}}"}"""));

        var failure = Assert.Throws<BackendException>(() =>
        {
            for (var i = 0; i < 11; i++)
                whole.Add(chunk);
        });
        Assert.Contains("MaxAnswerBytes", failure.Cause);
    }

    private static string Delta(string delta) => """{"choices":[{"index":0,"delta":""" + delta + "}]}";

    private static string End(string reason) => """{"choices":[{"index":0,"delta":{},"finish_reason":""" + $"\"{reason}\"}}]}}";

    private static string Assemble(int choices, params string[] chunks)
    {
        var whole = new CompletionAssembler(Answers.Limits, choices);
        foreach (var chunk in chunks)
            whole.Add(Encoding.UTF8.GetBytes(chunk));
        var json = whole.ToChunk().Json;
        using var _ = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = ChunkJson.MaxDepth });
        return Encoding.UTF8.GetString(json.Span);
    }
}
