namespace StreamActors.Tests.Backends.Upstream;

/// <summary>One error body as a server sends it, and what it says.</summary>
public sealed record ErrorBody(string Server, string Body, string? Message)
{
    public string? Type { get; init; }

    public string? Code { get; init; }

    public string? Param { get; init; }

    public int? Status { get; init; }

    public override string ToString() => Server;
}

/// <summary>The shapes that error bodies have in the world.</summary>
internal static class ErrorBodies
{
    private const string M = "This model's maximum context length is 8192 tokens.";

    public static readonly ErrorBody[] All =
    [
        new("OpenAI", $$$"""{"error":{"message":"{{{M}}}","type":"invalid_request_error","param":"messages","code":"context_length_exceeded"}}""", M)
            { Type = "invalid_request_error", Code = "context_length_exceeded", Param = "messages" },
        new("OpenAI, all null", $$$"""{"error":{"message":"{{{M}}}","type":"server_error","param":null,"code":null}}""", M) { Type = "server_error" },
        new("Azure", $$$$$"""{"error":{"code":"content_filter","message":"{{{{{M}}}}}","param":"prompt","type":null,"status":400,"innererror":{"code":"X","content_filter_result":{}}}}""", M)
            { Code = "content_filter", Param = "prompt", Status = 400 },
        new("Azure gateway", $$"""{ "statusCode": 429, "message": "{{M}}" }""", M) { Code = "429", Status = 429 },
        new("vLLM, flat", $$"""{"object":"error","message":"{{M}}","type":"BadRequestError","param":null,"code":400}""", M) { Type = "BadRequestError", Code = "400", Status = 400 },
        new("vLLM, nested", $$$"""{"error":{"message":"{{{M}}}","type":"BadRequestError","param":"input_tokens","code":400}}""", M)
            { Type = "BadRequestError", Code = "400", Param = "input_tokens", Status = 400 },
        new("llama-server", $$$"""{"error":{"code":400,"message":"{{{M}}}","type":"exceed_context_size_error","n_prompt_tokens":9000,"n_ctx":4096}}""", M)
            { Type = "exceed_context_size_error", Code = "400", Status = 400 },
        new("Ollama", $$"""{"error":"{{M}}"}""", M),
        new("half a character behind a backslash", """{"error":"a \\ud83d\ude00 b"}""", "a \\ud83d\ufffd b"),
        new("TGI", $$"""{"error":"{{M}}","error_type":"validation"}""", M) { Type = "validation" },
        new("Hugging Face, loading", """{"error":"Model x is currently loading","estimated_time":20.0}""", "Model x is currently loading"),
        new("Hugging Face, list", """{"error":["first wrong","second wrong"]}""", "first wrong; second wrong"),
        new("FastAPI, text", $$"""{"detail":"{{M}}"}""", M),
        new("FastAPI, list", """{"detail":[{"loc":["body","messages",0,"role"],"msg":"field required","type":"value_error.missing"},{"loc":["body"],"msg":"bad"}]}""",
            "messages[0].role: field required; bad") { Code = "value_error.missing", Param = "messages[0].role" },
        new("FastAPI, object", $$$"""{"detail":{"error":"{{{M}}}"}}""", M),
        new("KoboldCpp", """{"detail":{"msg":"Server is busy; please try again later.","type":"service_unavailable"}}""", "Server is busy; please try again later.") { Type = "service_unavailable" },
        new("Mistral", """{"object":"error","message":{"detail":[{"type":"missing","loc":["body","model"],"msg":"Field required"}]},"type":"invalid_request_error","code":1500}""",
            "model: Field required") { Type = "invalid_request_error", Code = "missing", Param = "model" },
        new("Gemini, array", $$$"""[{"error":{"code":400,"message":"{{{M}}}","status":"INVALID_ARGUMENT"}}]""", M) { Code = "INVALID_ARGUMENT", Status = 400 },
        new("Gemini, object", $$$"""{"error":{"code":429,"message":"{{{M}}}","status":"RESOURCE_EXHAUSTED","details":[{"@type":"type.googleapis.com/google.rpc.RetryInfo","retryDelay":"37s"}]}}""", M)
            { Code = "RESOURCE_EXHAUSTED", Status = 429 },
        new("Anthropic", $$$"""{"type":"error","error":{"type":"invalid_request_error","message":"{{{M}}}"},"request_id":"req_1"}""", M) { Type = "invalid_request_error" },
        new("Anthropic, overloaded", """{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}""", "Overloaded") { Type = "overloaded_error" },
        new("OpenRouter", """{"error":{"message":"Provider returned error","code":400,"metadata":{"raw":"{\"error\":{\"message\":\"too long by far\",\"code\":\"context_length_exceeded\"}}","provider_name":"P"}},"user_id":"u"}""",
            "Provider returned error: too long by far") { Code = "context_length_exceeded", Status = 400 },
        new("OpenRouter, raw text", """{"error":{"message":"Provider returned error","code":429,"metadata":{"raw":"slow down a little, please"}}}""",
            "Provider returned error: slow down a little, please") { Code = "429", Status = 429 },
        new("Cloudflare", """{"success":false,"errors":[{"code":7003,"message":"Could not route"},{"code":7000,"message":"No route"}],"messages":[],"result":null}""",
            "Could not route; No route") { Code = "7003" },
        new("watsonx", """{"errors":[{"code":"invalid_input_argument","message":"too many tokens","more_info":"https://x"}],"trace":"t","status_code":400}""", "too many tokens")
            { Code = "invalid_input_argument", Status = 400 },
        new("Bedrock", $$"""{"__type":"com.amazon.coral.service#ValidationException","message":"{{M}}"}""", M) { Type = "ValidationException" },
        new("SageMaker", $$"""{"ErrorCode":"CLIENT_ERROR_FROM_MODEL","LogStreamArn":"arn:aws:x","Message":"{{M}}"}""", M) { Code = "CLIENT_ERROR_FROM_MODEL" },
        new("Databricks", $$"""{"error_code":"BAD_REQUEST","message":"{{M}}"}""", M) { Code = "BAD_REQUEST" },
        new("xAI", $$"""{"code":"Client specified an invalid argument","error":"{{M}}"}""", M) { Code = "Client specified an invalid argument" },
        new("Cohere", $$"""{"message":"{{M}}"}""", M),
        new("DashScope", $$"""{"code":"InvalidParameter","message":"{{M}}","request_id":"r"}""", M) { Code = "InvalidParameter" },
        new("Zhipu", $$$"""{"error":{"code":"1261","message":"{{{M}}}"}}""", M) { Code = "1261" },
        new("MiniMax", """{"base_resp":{"status_code":1008,"status_msg":"insufficient balance"}}""", "insufficient balance") { Code = "1008" },
        new("Baidu", $$"""{"error_code":336003,"error_msg":"{{M}}","id":"x"}""", M) { Code = "336003" },
        new("Apigee", """{"fault":{"faultstring":"Rate limit quota violation","detail":{"errorcode":"policies.ratelimit.QuotaViolation"}}}""", "Rate limit quota violation"),
        new("LiteLLM", $$$"""{"error":{"message":"litellm.BadRequestError: {{{M}}}","type":null,"param":null,"code":"400"}}""", "litellm.BadRequestError: " + M) { Code = "400", Status = 400 },
        new("LocalAI", $$$"""{"error":{"code":500,"message":"{{{M}}}","type":""}}""", M) { Code = "500", Status = 500 },
        new("problem+json", $$"""{"type":"about:blank","title":"Bad Request","status":400,"detail":"{{M}}"}""", M) { Code = "400", Status = 400 },
        new("problem+json, title alone", """{"type":"https://example.com/probs/out","title":"Out of credit","status":403}""", "Out of credit") { Code = "403", Status = 403 },
        new("Spring", """{"timestamp":"2026-01-01","status":404,"error":"Not Found","message":"No static resource v1.","path":"/v1"}""", "Not Found: No static resource v1.") { Code = "404", Status = 404 },
        new("OAuth", """{"error":"invalid_request","error_description":"The token is bad."}""", "The token is bad.") { Code = "invalid_request" },
        new("Laravel", """{"message":"The given data was invalid.","errors":{"model":["is required"]}}""", "The given data was invalid."),
        new("Kubernetes", """{"kind":"Status","status":"Failure","message":"no endpoints","reason":"NotFound","code":503}""", "no endpoints") { Code = "503", Status = 503 },
        new("gRPC gateway", """{"code":3,"message":"bad argument","details":[]}""", "bad argument") { Code = "3" },
        new("Responses", """{"type":"response.failed","response":{"id":"r","status":"failed","error":{"code":"server_error","message":"It broke."}}}""", "It broke.")
            { Code = "server_error", Type = "response.failed" },
        new("code without words", """{"error":{"code":500}}""", null) { Code = "500", Status = 500 },
        new("numbers as text", """{"error":{"message":"m m","code":"429"}}""", "m m") { Code = "429", Status = 429 },
        new("JSON in the message", """{"error":{"message":"{\n  \"error\": {\n    \"code\": 400,\n    \"message\": \"API key not valid\",\n    \"status\": \"INVALID_ARGUMENT\"}}","code":400}}""",
            "API key not valid") { Code = "INVALID_ARGUMENT", Status = 400 },
        new("wrong kinds", """{"error":{"message":"m m","type":7,"param":{"a":1},"code":true,"status":[]}}""", "m m"),
        new("message is a number", """{"error":{"message":7,"code":"x"}}""", null) { Code = "x" },
        new("JSON text", "\"only words\"", "only words"),
        new("list of texts", """["one thing","two things"]""", "one thing; two things"),
        new("plain text", "Internal Server Error", "Internal Server Error"),
        new("plain text in brackets", "[400] Bad things", "[400] Bad things"),
        new("a token's name", "<|im_start|> is not allowed here", "<|im_start|> is not allowed here"),
        new("JSON that is cut", """{"error":{"message":"cut he""", "cut he"),
        new("JSON that is cut within a sign", """{"error":{"message":"one\ntwo \u20""", "one two"),
        new("JSON that is no JSON", """{'error': {'message': 'python'}}""", """{'error': {'message': 'python'}}"""),
        new("comma too many", """{"error":{"message":"m m",},}""", "m m"),
        new("two lines", "{\"error\":\"m m\"}\n{\"done\":true}", "m m"),
        new("event", "event: error\ndata: {\"error\":{\"message\":\"m m\",\"code\":\"c\"}}\n\n", "m m") { Code = "c" },
        new("data line", "data: {\"error\":\"m m\"}\n\ndata: [DONE]\n\n", "m m"),
        new("error line", "error: {\"code\":500,\"message\":\"m m\"}", "m m") { Code = "500", Status = 500 },
        new("nginx", "<html>\r\n<head><title>413 Request Entity Too Large</title></head>\r\n<body><center><h1>413</h1></center></body></html>", "413 Request Entity Too Large"),
        new("page", "<!DOCTYPE html><html><head><style>p{}</style><script>alert(1)</script></head><body><h1>Try &amp; <b>wait</b></h1></body>", "Try & wait"),
        new("S3", "<?xml version=\"1.0\"?><Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>", "Access Denied") { Code = "AccessDenied" },
        new("byte order mark", "\uFEFF{\"error\":\"m m\"}", "m m"),
        new("half a character", """{"error":{"message":"a \ud83d b \ud83d\ude00"}}""", "a \uFFFD b \U0001F600"),
        new("controls", "{\"error\":{\"message\":\"one\\ntwo\\u0000\\u001b[31m\\u202e\",\"code\":\"a\\nb\"}}", "one two  [31m") { Code = "a b" },
        new("nested for ever", $"{string.Concat(Enumerable.Repeat("{\"error\":", 100))}\"m m\"{new string('}', 100)}", null),
        new("deeper than any reader goes", new string('[', 5000), new string('[', 5000)),
    ];

    /// <summary>Good answers, and what says nothing.</summary>
    public static readonly string[] NoErrors =
    [
        "", " \r\n", "{}", "[]", "null", "7", "true", "\uFEFF", "<html></html>", "<p>only a page</p>",
        """{"error":null}""", """{"error":{}}""", """{"error":""}""", """{"error":false}""", """{"errors":[]}""", """{"error":{"message":""}}""",
        """{"id":"c","object":"chat.completion.chunk","created":1,"model":"m","choices":[{"index":0,"delta":{"content":"x"}}],"error":null}""",
        """{"model":"m","message":{"role":"assistant","content":"Hi there"},"done":false}""",
        """{"choices":[],"base_resp":{"status_code":0,"status_msg":"success"}}""",
        """{"type":"response.created","response":{"id":"r","status":"in_progress","error":null}}""",
    ];
}
