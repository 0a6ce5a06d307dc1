namespace StreamActors.Conformance.Backend;

/// <summary>Incremental parser of the HTTP/1.1 requests of one connection.</summary>
internal sealed class RequestParser
{
    public const int MaxBody = 8 * 1024 * 1024;
    private const int MaxHead = 64 * 1024;

    private RequestHead? _head;
    private ChunkedBody? _chunked;
    private int _bodyStart;

    /// <summary>Whether the client waits for "100 Continue" before it sends the body.</summary>
    public bool AwaitsContinue { get; private set; }

    public static BadRequestException BodyTooLarge() => new(413, $"request body exceeds {MaxBody} bytes");

    /// <summary>Returns the request at the start of the input and its length, or null when more input is needed.</summary>
    public HttpRequest? TryParse(ReadOnlySpan<byte> input, out int consumed)
    {
        consumed = 0;
        if (_head is null && !TryParseHead(input))
        {
            return null;
        }

        var body = TakeBody(input, _head!, out consumed);
        if (body is null)
        {
            return null;
        }

        var request = new HttpRequest(_head!.Method, _head.Path, _head.Query, _head.KeepAlive, _head.RequestId, body);
        _head = null;
        _chunked = null;
        AwaitsContinue = false;
        return request;
    }

    public void ContinueSent() => AwaitsContinue = false;

    private bool TryParseHead(ReadOnlySpan<byte> input)
    {
        var length = input.IndexOf("\r\n\r\n"u8);
        if (length > MaxHead || (length < 0 && input.Length > MaxHead))
        {
            throw new BadRequestException(431, "request headers too large");
        }

        if (length < 0)
        {
            return false;
        }

        _head = RequestHead.Parse(input[..length]);
        _bodyStart = length + 4;
        _chunked = _head.Chunked ? new ChunkedBody(_bodyStart) : null;
        AwaitsContinue = _head.ExpectsContinue;
        return true;
    }

    private byte[]? TakeBody(ReadOnlySpan<byte> input, RequestHead head, out int consumed)
    {
        if (_chunked is not null)
        {
            var complete = _chunked.Advance(input);
            consumed = _chunked.Position;
            return complete ? _chunked.Content : null;
        }

        var length = head.ContentLength;
        consumed = _bodyStart + length;
        return input.Length >= consumed ? input.Slice(_bodyStart, length).ToArray() : null;
    }
}
