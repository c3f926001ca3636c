using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using Abaco.Store;

namespace Abaco.Events;

/// <summary>What an event says, and how long it is tried (rest-api.md, Events). Pure.</summary>
internal static class EventRules
{
    /// <summary>Who sends events to linked actors and webhooks.</summary>
    public const string Sender = "Abaco Event";

    /// <summary>Content type of events.</summary>
    public const string ContentType = "application/json";

    /// <summary>An event that was not delivered so long after it happened is dropped.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(24);

    private const int LongestReason = 16_384;
    private static readonly TimeSpan FirstPause = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The pause after so many attempts: 5 s, doubling, at most an hour.</summary>
    public static TimeSpan Pause(int attempts)
    {
        var pause = FirstPause * Math.Pow(2, Math.Clamp(attempts - 1, 0, 20));
        return pause < LongestPause ? pause : LongestPause;
    }

    /// <summary>The JSON of an event for a linked actor.</summary>
    public static byte[] OfLink(ActorKey actor, EventRow happened) => Write(actor, happened, _ => { });

    /// <summary>The JSON of an event for a webhook: what a linked actor's variables would tell is added.</summary>
    public static byte[] OfWebhook(ActorKey actor, EventRow happened, string apiServer) => Write(actor, happened, json =>
    {
        json.WriteString("_abaco_Content_Type", ContentType);
        json.WriteString("_abaco_username", Sender);
        json.WriteString("_abaco_api_server", apiServer);
    });

    private static byte[] Write(ActorKey actor, EventRow happened, Action<Utf8JsonWriter> more)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer, Options))
        {
            json.WriteStartObject();
            json.WriteString("event_type", Name(happened.Type));
            json.WriteNumber("event_time_utc", happened.Time.ToUnixTimeMilliseconds() / 1000.0);
            json.WriteString("event_time_display", happened.Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            json.WriteString("actor_id", actor.ActorId);
            json.WriteString("actor_dbid", actor.ToString());
            json.WriteString("tenant_id", actor.Tenant);
            json.WriteString("execution_id", happened.ExecutionId);
            json.WriteString("status", happened.Status);
            if (happened.ExitCode is { } exitCode)
                json.WriteNumber("exit_code", exitCode);
            else
                json.WriteNull("exit_code");
            json.WriteString("status_message", Cut(happened.StatusMessage));
            more(json);
            json.WriteEndObject();
        }

        return buffer.ToArray();
    }

    private static string Name(EventType type) => type switch
    {
        EventType.ActorReady => "ACTOR_READY",
        EventType.ActorError => "ACTOR_ERROR",
        EventType.ExecutionComplete => "EXECUTION_COMPLETE",
        _ => "EXECUTION_STARTED",
    };

    private static string? Cut(string? reason) => reason is { Length: > LongestReason } ? reason[..LongestReason] : reason;
}
