using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>The <c>X-Session-Id</c> header, both ways.</summary>
internal static class SessionHeader
{
    public const string Name = "X-Session-Id";

    /// <summary>
    /// The session of a request, and whether it is the request's own; also says it in the response's headers. An empty header, or a template that
    /// a client has not filled in, names none: else all who have the same client would take each other's place.
    /// </summary>
    /// <exception cref="ApiException">400: not a session id.</exception>
    public static (SessionKey Session, bool OneShot) Read(HttpContext context, TraceId trace)
    {
        var values = context.Request.Headers[Name];
        var none = values.Count == 0 || (values.Count == 1 && Placeholder.IsName(values[0]!.Trim()));
        var id = none ? $"once-{trace}" : values.Count == 1 ? values[0] : null;
        if (!SessionKey.IsValidId(id))
        {
            throw new ApiException(ApiError.Invalid(
                $"{Name} must be 1 to {SessionKey.MaxIdLength} characters of A-Z a-z 0-9 . _ : - and be sent once.", Name));
        }

        context.Response.Headers[Name] = id;
        return (new SessionKey(Caller.Of(context).Owner, id!), none);
    }
}
