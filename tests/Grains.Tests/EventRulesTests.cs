using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Abaco.Events;
using Abaco.Store;

namespace Abaco.Grains.Tests;

public sealed class EventRulesTests
{
    private static readonly ActorKey Actor = new("dev", "R0y3eYbWmgEwo");

    private static readonly EventRow Complete = new(
        1, "event", EventType.ExecutionComplete, DateTimeOffset.FromUnixTimeMilliseconds(1_777_890_600_250), "x", "COMPLETE", 0, null);

    [Fact]
    public void OfLink_ExecutionComplete_HasTheDocumentedFields() => Assert.Equal(
        """
        {"event_type":"EXECUTION_COMPLETE","event_time_utc":1777890600.25,"event_time_display":"2026-05-04T10:30:00.250Z",
        "actor_id":"R0y3eYbWmgEwo","actor_dbid":"dev_R0y3eYbWmgEwo","tenant_id":"dev","execution_id":"x","status":"COMPLETE","exit_code":0,
        "status_message":null}
        """.ReplaceLineEndings(""),
        Encoding.UTF8.GetString(EventRules.OfLink(Actor, Complete)));

    [Theory]
    [InlineData(EventType.ActorReady, "ACTOR_READY")]
    [InlineData(EventType.ActorError, "ACTOR_ERROR")]
    [InlineData(EventType.ExecutionComplete, "EXECUTION_COMPLETE")]
    [InlineData(EventType.ExecutionStarted, "EXECUTION_STARTED")]
    public void OfLink_EachType_HasItsName(EventType type, string name) =>
        Assert.Equal(name, Read(EventRules.OfLink(Actor, Complete with { Type = type })).GetProperty("event_type").GetString());

    [Fact]
    public void OfWebhook_AddsWhatALinkedActorsVariablesTell()
    {
        var json = Read(EventRules.OfWebhook(Actor, Complete, "http://api"));

        Assert.Equal("application/json", json.GetProperty("_abaco_Content_Type").GetString());
        Assert.Equal("Abaco Event", json.GetProperty("_abaco_username").GetString());
        Assert.Equal("http://api", json.GetProperty("_abaco_api_server").GetString());
    }

    [Fact]
    public void OfLink_LongReason_FitsIntoAMessage()
    {
        var failed = Complete with { Type = EventType.ActorError, StatusMessage = new string('"', 200_000) };

        Assert.Equal(16_384, Read(EventRules.OfLink(Actor, failed)).GetProperty("status_message").GetString()!.Length);
    }

    [Theory]
    [InlineData(1, 5)]
    [InlineData(2, 10)]
    [InlineData(6, 160)]
    [InlineData(11, 3600)]
    [InlineData(1_000_000, 3600)]
    public void Pause_DoublesUpToAnHour(int attempts, int seconds) => Assert.Equal(TimeSpan.FromSeconds(seconds), EventRules.Pause(attempts));

    [Fact]
    public void Sign_AsTheSpecificationSays_CanBeCheckedWithTheShownSecret()
    {
        var signing = new WebhookSigning(new string('a', 64));
        var body = "{}"u8.ToArray();

        var key = Convert.FromBase64String(signing.SecretOf(Actor)["whsec_".Length..]);

        var expected = "v1," + Convert.ToBase64String(HMACSHA256.HashData(key, "event.1777890600.{}"u8));
        Assert.Equal(expected, signing.Sign(Actor, "event", 1_777_890_600, body));
        Assert.NotEqual(signing.SecretOf(Actor), signing.SecretOf(Actor with { ActorId = "another" }));
    }

    private static JsonElement Read(byte[] json) => JsonDocument.Parse(json).RootElement;
}
