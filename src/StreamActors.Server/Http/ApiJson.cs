using System.Text.Encodings.Web;
using System.Text.Json;

namespace StreamActors.Server.Http;

/// <summary>JSON answers with snake_case names.</summary>
internal static class ApiJson
{
    /// <summary>Plain text where JSON allows it: nothing here is ever put into a page's markup.</summary>
    public static readonly JsonWriterOptions Writing = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly JsonSerializerOptions SnakeCase = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };

    /// <summary>The value with a status.</summary>
    public static IResult Ok<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, SnakeCase, statusCode: status);

    /// <summary>The value's UTF-8, on one line.</summary>
    public static byte[] Bytes<T>(T value) => JsonSerializer.SerializeToUtf8Bytes(value, SnakeCase);

    /// <summary>Milliseconds with one decimal.</summary>
    public static double Milliseconds(TimeSpan time) => Math.Round(time.TotalMilliseconds, 1);
}
