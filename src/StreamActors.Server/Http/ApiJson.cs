using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using StreamActors.Protocol;

namespace StreamActors.Server.Http;

/// <summary>JSON answers with snake_case names.</summary>
internal static class ApiJson
{
    /// <summary>Plain text where JSON allows it: nothing here is ever put into a page's markup.</summary>
    public static readonly JsonWriterOptions Writing = RequestJson.Writing with { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The value with a status.</summary>
    public static IResult Ok<T>(T value, int status = StatusCodes.Status200OK) => new Whole(Bytes(value), status);

    /// <summary>What is written, as JSON.</summary>
    public static IResult Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(buffer, Writing))
            write(json);
        return Results.Bytes(buffer.WrittenMemory, "application/json; charset=utf-8");
    }

    /// <summary>The value's UTF-8, on one line.</summary>
    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, SnakeCase);

    /// <summary>Milliseconds with one decimal.</summary>
    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);

    /// <summary>Of known length, which HEAD tells too.</summary>
    private sealed class Whole(byte[] json, int status) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            (response.StatusCode, response.ContentType, response.ContentLength) = (status, "application/json; charset=utf-8", json.Length);
            await response.Body.WriteAsync(json, httpContext.RequestAborted);
        }
    }
}
