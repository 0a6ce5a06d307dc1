namespace StreamActors.Server.Tests.Fakes;

/// <summary>Payloads as model servers send them, each list one whole answer without its closing <c>[DONE]</c>.</summary>
public static class RecordedStreams
{
    public static readonly IReadOnlyDictionary<string, string[]> All = new Dictionary<string, string[]>
    {
        ["text with usage"] =
        [
            """{"id":"chatcmpl-B9","object":"chat.completion.chunk","created":1741569952,"model":"gpt-4o","service_tier":"default","system_fingerprint":"fp_44709d6fcb","choices":[{"index":0,"delta":{"role":"assistant","content":"","refusal":null},"logprobs":null,"finish_reason":null}],"usage":null}""",
            """{"id":"chatcmpl-B9","object":"chat.completion.chunk","choices":[{"index":0,"delta":{"content":"Hello"},"logprobs":null,"finish_reason":null}],"usage":null}""",
            """{"id":"chatcmpl-B9","object":"chat.completion.chunk","choices":[{"index":0,"delta":{},"logprobs":null,"finish_reason":"stop"}],"usage":null}""",
            """{"id":"chatcmpl-B9","object":"chat.completion.chunk","choices":[],"usage":{"prompt_tokens":9,"completion_tokens":12,"total_tokens":21,"prompt_tokens_details":{"cached_tokens":0},"completion_tokens_details":{"reasoning_tokens":0}}}""",
        ],
        ["tool calls over chunks"] =
        [
            """{"choices":[{"index":0,"delta":{"role":"assistant","content":null,"tool_calls":[{"index":0,"id":"call_62136","type":"function","function":{"name":"get_weather","arguments":""}}]},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"{\"loc"}}]},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{"arguments":"ation\":\"Z\u00fcrich\"}"}}]},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{"tool_calls":[{"index":1,"id":"call_2","type":"function","function":{"name":"now","arguments":"{}"}}]},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"tool_calls"}]}""",
        ],
        ["logprobs and odd numbers"] =
        [
            """{"choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":{"content":[{"token":"Hi","logprob":-1e-7,"bytes":[72,105],"top_logprobs":[{"token":"Hi","logprob":-3.1281633e-07},{"token":"Hey","logprob":-14.375000000000000000001}]}]},"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"length","score":1.0,"big":123456789012345678901234567890,"e":1E+400}],"usage":{"completion_tokens":1.0}}""",
        ],
        ["reasoning, refusal, fields nobody knows"] =
        [
            """{"choices":[{"index":0,"delta":{"reasoning_content":"The user greets"},"finish_reason":null}],"x_vendor":{"deep":[[{"a":null}]]}}""",
            """{"choices":[{"index":0,"delta":{"reasoning":" me","reasoning_details":[{"type":"t"}]},"stop_reason":null,"finish_reason":null}]}""",
            """{"choices":[{"index":0,"delta":{"refusal":"I can't"},"content_filter_results":{"hate":{"filtered":false}},"finish_reason":null}],"error":null}""",
            """{"choices":[{"index":0,"delta":{"content":""},"finish_reason":"content_filter","native_finish_reason":"x"}],"timings":{"predicted_ms":0.10}}""",
        ],
        ["unicode and escapes"] =
        [
            """{"choices":[{"index":0,"delta":{"content":"Grüße 👩‍👩‍👧 日本語 \u0041\ud83d\ude00 \/ \b\f\n\r\t \" \\ \u2028  é"},"finish_reason":null}]}""",
            "{\"choices\":[{\"index\":0,\"delta\":{\"content\":\"\u2028\u2029\u0085\u00a0\ufeff\u202e data: [DONE]\"},\"finish_reason\":null}]}",
            """{"choices":[{"index":0,"delta":{},"finish_reason":"st\u006fp"}]}""",
        ],
        ["odd whitespace, fields twice"] =
        [
            "  {  \"choices\" : [ {\t\"delta\" :{ \"content\"  : \"a\" } , \"index\":0 } ]   }  ",
            """{"model":"a","model":"b","choices":[{"index":0,"delta":{"content":"x","content":"y"}}]}""",
            " { \"choices\":[{\"finish_reason\":\"stop\",\"delta\":null}]}\t",
        ],
        ["payloads of several lines"] =
        [
            "{\n  \"choices\": [\n    {\"index\": 0, \"delta\": {\"content\": \"a\"}}\n  ]\n}",
            "\n{\"choices\":[{\"delta\":{},\n\n\"finish_reason\":\"stop\"}]}\n",
        ],
    };
}
