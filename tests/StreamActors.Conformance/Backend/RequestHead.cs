using System.Text;

namespace StreamActors.Conformance.Backend;

/// <summary>Request line and headers of one HTTP request.</summary>
internal sealed class RequestHead
{
    private readonly Dictionary<string, string> _headers = new(StringComparer.OrdinalIgnoreCase);

    private RequestHead(string method, string target)
    {
        Method = method;
        var parts = target.Split('?', 2);
        Path = parts[0];
        Query = parts.Length > 1 ? parts[1] : "";
    }

    public string Method { get; }

    public string Path { get; }

    public string Query { get; }

    /// <summary>The caller's name for the request, or nothing.</summary>
    public string RequestId => _headers.GetValueOrDefault("X-Request-ID", "");

    public bool KeepAlive => !Has("Connection", "close");

    public bool ExpectsContinue => Has("Expect", "100-continue");

    public bool Chunked => Has("Transfer-Encoding", "chunked");

    public int ContentLength
    {
        get
        {
            if (!_headers.TryGetValue("Content-Length", out var text))
            {
                return 0;
            }

            if (!long.TryParse(text, out var length) || length < 0)
            {
                throw new BadRequestException(400, "invalid Content-Length");
            }

            return length <= RequestParser.MaxBody ? (int)length : throw RequestParser.BodyTooLarge();
        }
    }

    public static RequestHead Parse(ReadOnlySpan<byte> bytes)
    {
        var lines = Encoding.Latin1.GetString(bytes).Split("\r\n");
        var words = lines[0].Split(' ');
        if (words.Length != 3 || words[2] != "HTTP/1.1")
        {
            throw new BadRequestException(400, "expected an HTTP/1.1 request line");
        }

        var head = new RequestHead(words[0], words[1]);
        foreach (var line in lines.AsSpan(1))
        {
            var colon = line.IndexOf(':');
            if (colon <= 0)
            {
                throw new BadRequestException(400, "malformed header line");
            }

            head._headers[line[..colon]] = line[(colon + 1)..].Trim();
        }

        return head;
    }

    private bool Has(string name, string value) =>
        _headers.TryGetValue(name, out var actual) && actual.Contains(value, StringComparison.OrdinalIgnoreCase);
}
