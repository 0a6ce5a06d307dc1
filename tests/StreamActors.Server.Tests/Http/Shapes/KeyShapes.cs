using static StreamActors.Server.Tests.Http.Shapes.RequestShape;

namespace StreamActors.Server.Tests.Http.Shapes;

/// <summary>What stands where a key may be.</summary>
internal static class KeyShapes
{
    /// <summary>Sent by clients whose key field is empty, was never filled, or must not be empty though no key is needed.</summary>
    private static readonly string[] NoKey =
    [
        "Authorization:", "Authorization: ", "Authorization: Bearer", "Authorization: Bearer ", "Authorization: bearer  ", "Authorization: BEARER\t",
        "x-api-key:", "api-key: ", "Authorization: Bearer\r\nx-api-key:",
        .. new[]
        {
            "EMPTY", "empty", "none", "None", "null", "undefined", "NULL", "nil", "NaN", "N/A", "-", "...", "no-key", "no-key-required", "NO_KEY_REQUIRED", "no_key_needed",
            "sk-no-key-required", "not-needed", "not_needed", "NotRequired", "unused", "dummy", "DUMMY", "dummy-key", "sk-dummy", "fake", "fake-api-key", "sk-fake-key", "placeholder",
            "changeme", "ollama", "OLLAMA", "sk-ollama", "lm-studio", "lmstudio", "lm_studio", "llama.cpp", "vllm", "token-abc123", "localai", "sk-...", "sk-", "sk-xxx",
            "sk-xxxxxxxxxxxxxxxx", "xxxx", "0", "000000", "*****", "sk-1234", "1234", "sk-1234567890", "anything", "any", "key", "api-key", "your-api-key", "YOUR_API_KEY",
            "<your-api-key>", "{{OPENAI_API_KEY}}", "${OPENAI_API_KEY}", "$OPENAI_API_KEY", "%OPENAI_API_KEY%", "{api_key}", "[your key here]", "\"\"", "''", "\"none\"",
        }.Select(key => $"Authorization: Bearer {key}"),
        "x-api-key: ollama", "api-key: dummy",
    ];

    /// <summary>The server's own answer to them, wherever they are sent: never the words of the key.</summary>
    private static readonly (string Headers, string Says)[] Wrong =
    [
        ("Authorization: Bearer wrong", "not known here."), ("Authorization: Bearer DEVKEY", "devkey"), ("Authorization: Bearer sk-proj-4fG7hQ2mZ1", "or no key at all"),
        ("Authorization: Bearer Bearer key-a", "word Bearer a second time"), ("Authorization: Bearer \\\"key-a\\\"", "not known here."),
        ("Authorization: Bearer \"key-a\"", "in quotes or brackets"), ("Authorization: Bearer 'key-a'", "in quotes or brackets"), ("Authorization: Bearer <key-a>x", "in quotes or brackets"),
        ("Authorization: Bearer key-a key-a", "a space inside"), ("Authorization: Bearer key-a, Bearer key-b", "a space inside"), ("Authorization: key-a", "'Authorization: Bearer KEY'"),
        ("Authorization: Basic a2V5LWE6", "'Authorization: Bearer KEY'"), ("Authorization: Token key-a", "'Authorization: Bearer KEY'"), ("Authorization: Bearerkey-a", "'Authorization: Bearer KEY'"),
        ("Authorization: Bearer key-a\r\nAuthorization: Bearer key-a", "more than once"), ("x-api-key: wrong", "not known here."), ("api-key: wrong", "not known here."),
        ("x-api-key: key-a\r\nx-api-key: key-a", "more than once"), ("Authorization: Bearer wrong\r\nx-api-key: key-a", "not known here."), ("Authorization: Bearer caf\u00e9", "not known here."),
    ];

    private static readonly string[] Known =
    [
        "Authorization: Bearer key-a", "authorization: bearer   key-a  ", "Authorization: BEARER key-a", "Authorization: Bearer\tkey-a", "x-api-key: key-a", "X-API-Key: key-a",
        "api-key: key-a", "Authorization: Bearer\r\nx-api-key: key-a", "Authorization: Bearer key-a\r\nx-api-key: wrong", "Authorization: Bearer ollama\r\nx-api-key: key-a",
        // As UTF-8, and as browsers send it.
        "Authorization: Bearer cl\u00c3\u00a9", "Authorization: Bearer cl\u00e9",
    ];

    /// <summary>While keys are optional.</summary>
    public static IEnumerable<RequestShape> Optional =>
    [
        .. NoKey.Select(headers => Post($"no key: {headers}", Chat, headers: headers)),
        .. Wrong.Select(row => Post($"wrong key: {row.Headers}", Chat, 401, "invalid_api_key", row.Headers, says: row.Says)),
        .. Known.Select(headers => Post($"key: {headers}", Chat, headers: headers)),
        Post("the local key", Chat, headers: "Authorization: Bearer devkey"),
    ];

    /// <summary>Where keys are needed.</summary>
    public static IEnumerable<RequestShape> Required =>
    [
        .. NoKey.Select(headers => Post($"no key: {headers}", Chat, 401, "invalid_api_key", headers)),
        .. Wrong.Select(row => Post($"wrong key: {row.Headers}", Chat, 401, "invalid_api_key", row.Headers)),
        .. Known.Where(headers => !headers.Contains("ollama")).Select(headers => Post($"key: {headers}", Chat, headers: headers)),
        Post("the local key", Chat, 401, "invalid_api_key", "Authorization: Bearer devkey"),
    ];
}
