namespace StreamActors.Server.Tests.Http.Answers;

/// <summary>An error as a server writes it into an answer that began with 200.</summary>
/// <param name="Sent">The bytes.</param>
/// <param name="Message">What the caller is told.</param>
/// <param name="Status">The status where nothing else has been said, of a refusal; null: it is a failure, which no client may repeat by itself.</param>
/// <param name="Code">The error's code.</param>
public sealed record ErrorShape(string Sent, string Message, int? Status, string Code)
{
    /// <summary>The type, where the server names one.</summary>
    public string? Type { get; init; }

    /// <summary>The field that is meant, where the server names one.</summary>
    public string? Param { get; init; }
}

/// <summary>The shapes that model servers, their routers and frameworks use.</summary>
internal static class ErrorShapes
{
    /// <summary>The status of a failure: the model was at work, and of this one every client knows that it is final.</summary>
    public const int FailedStatus = 400;

    private static readonly int? Failed = null;
    private const string Unnamed = "backend_error";

    public static readonly IReadOnlyDictionary<string, ErrorShape> All = new Dictionary<string, ErrorShape>
    {
        ["OpenAI"] = new(
            Data("""{"error":{"message":"too long","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}"""), "too long", 400, "context_length_exceeded")
        { Type = "invalid_request_error", Param = "messages" },
        ["vLLM"] = new(Data("""{"error":{"object":"error","message":"oops","type":"InternalServerError","param":null,"code":500}}"""), "oops", Failed, "500") { Type = "InternalServerError" },
        ["vLLM, flat"] = new(Data("""{"object":"error","message":"bad n","type":"BadRequestError","param":"n","code":400}"""), "bad n", 400, "400") { Type = "BadRequestError", Param = "n" },
        ["a number for a code"] = new(Data("""{"error":{"code":429,"message":"slow down"}}"""), "slow down", 429, "429"),
        ["a number as text"] = new(Data("""{"error":{"code":"1302","message":"too fast","type":"rate_limit_error"}}"""), "too fast", 429, "1302"),
        ["a text"] = new(Data("""{"error":"out of memory"}"""), "out of memory", Failed, Unnamed),
        ["TGI"] = new(Data("""{"error":"`inputs` too long","error_type":"validation"}"""), "`inputs` too long", 400, Unnamed) { Type = "validation" },
        ["an error that is true"] = new(Data("""{"error":true,"message":"it broke"}"""), "it broke", Failed, Unnamed),
        ["message and code"] = new(Data("""{"message":"it broke","code":1001}"""), "it broke", Failed, "1001"),
        ["message and a word for a code"] = new(Data("""{"code":"InvalidParameter","message":"bad top_p","request_id":"7"}"""), "bad top_p", 400, "InvalidParameter"),
        ["message and type"] = new(Data("""{"type":"error","message":"it broke"}"""), "it broke", Failed, Unnamed),
        ["message and status"] = new(Data("""{"statusCode":503,"message":"loading model"}"""), "loading model", 503, "503"),
        ["FastAPI"] = new(Data("""{"detail":"model not loaded"}"""), "model not loaded", Failed, Unnamed),
        ["FastAPI's list"] = new(Data("""{"detail":[{"loc":["body","n"],"msg":"not a number","type":"int_parsing"}]}"""), "n: not a number", Failed, "int_parsing") { Param = "n" },
        ["a problem document"] = new(Data("""{"title":"Bad Request","status":400,"detail":"max_tokens is too large"}"""), "max_tokens is too large", 400, "400"),
        ["a list of errors"] = new(Data("""{"success":false,"errors":[{"code":7003,"message":"no route"}]}"""), "no route", Failed, "7003"),
        ["a list with an error"] = new(Data("""[{"error":{"code":503,"message":"overloaded","status":"UNAVAILABLE"}}]"""), "overloaded", 503, "UNAVAILABLE"),
        ["Baidu"] = new(Data("""{"error_code":336003,"error_msg":"bad messages"}"""), "bad messages", Failed, "336003"),
        ["MiniMax"] = new(Data("""{"choices":null,"base_resp":{"status_code":1008,"status_msg":"no balance"}}"""), "no balance", Failed, "1008"),
        ["Bedrock"] = new(Data("""{"__type":"com.amazon.coral.service#ThrottlingException","message":"slow down"}"""), "slow down", 429, Unnamed),
        ["OpenRouter"] = new(
            Data("""{"id":"g","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}],"error":{"code":502,"message":"provider gone"}}"""), "provider gone", Failed, "502"),
        ["Groq"] = new(Data("""{"id":"g","choices":[{"index":0,"delta":{},"finish_reason":null}],"x_groq":{"id":"r","error":"over_capacity: it broke"}}"""), "over_capacity: it broke", Failed, Unnamed),
        ["in a choice"] = new(
            Data("""{"id":"g","choices":[{"index":0,"delta":{"content":""},"finish_reason":"error","error":{"code":429,"message":"slow down"}}]}"""), "slow down", 429, "429"),
        ["beside a choice without words"] = new(Data("""{"choices":[{"index":0,"delta":{},"finish_reason":null}],"error":{"message":"it broke"}}"""), "it broke", Failed, Unnamed),
        ["an event named error"] = new("event: error\n" + Data("""{"error":{"message":"it broke","code":"x"}}"""), "it broke", Failed, "x"),
        ["an event named error, flat"] = new("event: error\n" + Data("""{"message":"it broke"}"""), "it broke", Failed, Unnamed),
        ["an event named error, a chunk"] = new("event: error\n" + Data("""{"choices":[],"detail":"it broke"}"""), "it broke", Failed, Unnamed),
        ["an event named error, words"] = new("event: error\n" + Data("it broke"), "it broke", Failed, Unnamed),
        ["an event named error, nothing"] = new("event: error\ndata:\n\n", "The model server failed.", Failed, Unnamed),
        ["llama-server's line"] = new("""error: {"code":500,"message":"it broke","type":"server_error"}""" + "\n\n", "it broke", Failed, "500") { Type = "server_error" },
        ["a line of words"] = new("error: it broke\n\n", "it broke", Failed, Unnamed),
        ["words as data"] = new(Data("Error: CUDA out of memory"), "Error: CUDA out of memory", Failed, Unnamed),
        ["words of Python's as data"] = new(Data("Exception: CUDA out of memory"), "Exception: CUDA out of memory", Failed, Unnamed),
        ["words of a web server's as data"] = new(Data("Internal Server Error"), "Internal Server Error", Failed, Unnamed),
        ["words in brackets"] = new(Data("[ERROR] it broke"), "[ERROR] it broke", Failed, Unnamed),
        ["JSON by itself"] = new("""{"error":{"message":"it broke"}}""" + "\n", "it broke", Failed, Unnamed),
        ["JSON by itself, indented"] = new("{\n  \"error\": {\n    \"message\": \"it broke\"\n  }\n}", "it broke", Failed, Unnamed),
        ["JSON by itself after an event without its end"] = new("data:" + Support.RepeatedRole + "\n{\"detail\":\"it broke\"}\n\n", "it broke", Failed, Unnamed),
        ["behind a chunk in its event"] = new("data: " + Support.RepeatedRole + "\ndata: {\"error\":\"it broke\"}\n\n", "it broke", Failed, Unnamed),
        ["broken UTF-8's neighbour"] = new(Data("""{"error":{"message":"it broke \ud83d"}}"""), "it broke \uFFFD", Failed, Unnamed),
    };

    private static string Data(string payload) => $"data: {payload}\n\n";

    private static class Support
    {
        public const string RepeatedRole = """{"choices":[{"index":0,"delta":{"role":"assistant"}}]}""";
    }
}
