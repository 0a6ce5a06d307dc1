using System.ClientModel;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.AI;
using OpenAI;

namespace StreamActors.Benchmarks.Gateways.Peers;

/// <summary>A gateway that reads the answer through an IChatClient (the OpenAI package's) and writes it anew.</summary>
internal static class ChatClientPeer
{
    private static readonly JsonEncodedText Assistant = JsonEncodedText.Encode("assistant");

    public static void Map(WebApplication app, Uri upstream)
    {
        var client = new OpenAIClient(new ApiKeyCredential("none"), new OpenAIClientOptions { Endpoint = new Uri(upstream, "/v1") });
        app.MapGet("/v1/models", () => Results.Json(new { data = new[] { new { id = Upstream.PacedBackend.Model } } }));
        app.MapPost("/v1/chat/completions", (Delegate)((HttpContext context) => AnswerAsync(client, context)));
    }

    private static async Task AnswerAsync(OpenAIClient openAi, HttpContext context)
    {
        using var request = await JsonDocument.ParseAsync(context.Request.Body, default, context.RequestAborted);
        var model = request.RootElement.GetProperty("model").GetString()!;
        var messages = request.RootElement.GetProperty("messages").EnumerateArray()
            .Select(m => new ChatMessage(new ChatRole(m.GetProperty("role").GetString()!), m.GetProperty("content").GetString())).ToList();
        context.Response.ContentType = "text/event-stream";
        var body = context.Response.BodyWriter;
        await foreach (var update in openAi.GetChatClient(model).AsIChatClient().GetStreamingResponseAsync(messages, null, context.RequestAborted))
        {
            body.Write("data: "u8);
            Write(body, update, model);
            body.Write("\n\n"u8);
            await body.FlushAsync(context.RequestAborted);
        }

        body.Write("data: [DONE]\n\n"u8);
        await body.FlushAsync(context.RequestAborted);
    }

    private static void Write(System.Buffers.IBufferWriter<byte> body, ChatResponseUpdate update, string model)
    {
        using var json = new Utf8JsonWriter(body);
        json.WriteStartObject();
        json.WriteString("id", update.ResponseId);
        json.WriteString("object", "chat.completion.chunk");
        json.WriteNumber("created", update.CreatedAt?.ToUnixTimeSeconds() ?? 0);
        json.WriteString("model", model);
        json.WriteStartArray("choices");
        json.WriteStartObject();
        json.WriteNumber("index", 0);
        json.WriteStartObject("delta");
        json.WriteString("role", Assistant);
        json.WriteString("content", update.Text);
        json.WriteEndObject();
        json.WriteString("finish_reason", update.FinishReason?.Value);
        json.WriteEndObject();
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(this System.IO.Pipelines.PipeWriter body, ReadOnlySpan<byte> bytes) => System.Buffers.BuffersExtensions.Write(body, bytes);
}
