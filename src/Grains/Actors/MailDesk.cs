using Abaco.Access;
using Abaco.Events;
using Abaco.Messages;
using Abaco.Store;

namespace Abaco.Actors;

/// <summary>
/// The part of an actor's activation that serves senders: checks messages and lets them into the mailbox. It answers after the commit; a crash before that
/// leaves nothing, or (answer lost) messages that the same idempotency key finds again.
/// </summary>
internal sealed class MailDesk(string actor, Dispatcher dispatcher, ActorParts parts)
{
    /// <summary>Messages of one batch at most (rest-api.md, Messages).</summary>
    public const int MostMessages = 10_000;

    /// <summary>So many may wait before a synchronous message (rest-api.md, Messages).</summary>
    private const int MostBeforeSynchronous = 3;

    /// <summary>Admits one message.</summary>
    public async Task<SendReceipt> SendAsync(Caller caller, MessageRequest message, string? idempotencyKey)
    {
        MessageRules.Check(message, parts.Defaults.Encoding);
        var now = parts.Time.GetUtcNow();
        var key = IdempotencyRules.Row(idempotencyKey, [message], now);
        if (message.Synchronous && dispatcher.Waiting > MostBeforeSynchronous && (key is null || await parts.Mailbox.FindKeyAsync(actor, key) is null))
            throw AbacoException.Invalid("Actor has too many pending messages for a synchronous message: more than 3 wait.");
        if (key is not null)
            return new SendReceipt((await AdmitAsync(caller, [message], key, now))[0]);
        var id = HashIds.New();
        if (!await dispatcher.AdmitAsync(sequence => Row(caller, sequence, id, message, now)))
            throw Moved();
        return new SendReceipt(id);
    }

    /// <summary>Admits messages, all or none.</summary>
    public async Task<BatchReceipt> SendBatchAsync(Caller caller, IReadOnlyList<MessageRequest> messages, string? idempotencyKey)
    {
        if (messages.Count is 0 or > MostMessages)
            throw AbacoException.Invalid($"messages: a batch holds 1 to {MostMessages} messages.");
        for (var i = 0; i < messages.Count; i++)
            Check(messages[i], i);
        var now = parts.Time.GetUtcNow();
        return new BatchReceipt(await AdmitAsync(caller, messages, IdempotencyRules.Row(idempotencyKey, messages, now), now));
    }

    /// <summary>Admits an event of a linked actor, once.</summary>
    /// <returns>Whether it is new.</returns>
    public async Task<bool> ReceiveAsync(string eventId, string json, string apiServer)
    {
        var now = parts.Time.GetUtcNow();
        var message = new MessageRequest { Kind = MessageKind.Json, Text = json, ContentType = EventRules.ContentType };
        var result = await dispatcher.AdmitAsync(
            1,
            sequence => [new MessageRow(actor, sequence, eventId, message, EventRules.Sender, apiServer, now)],
            (epoch, rows) => parts.Mailbox.AdmitAsync(epoch, rows, null));
        return result.Admission switch
        {
            Admission.Written => true,
            Admission.Earlier => false,
            _ => throw Moved(),
        };
    }

    /// <summary>The refusal when a newer activation exists.</summary>
    public static AbacoException Moved() =>
        AbacoException.Unavailable("The actor moved to another silo while the request was under way; nothing was done, try again.");

    private async Task<IReadOnlyList<string>> AdmitAsync(Caller caller, IReadOnlyList<MessageRequest> messages, KeyRow? key, DateTimeOffset now)
    {
        var result = await dispatcher.AdmitAsync(
            messages.Count,
            first => [.. messages.Select((message, i) => Row(caller, first + i, HashIds.New(), message, now))],
            (epoch, rows) => parts.Mailbox.AdmitAsync(epoch, rows, key));
        return result.Admission switch
        {
            Admission.Written or Admission.Earlier => result.ExecutionIds,
            Admission.KeyTaken => throw IdempotencyRules.Taken(),
            Admission.BodyMissing => throw MessageRules.BodyMissing(),
            _ => throw Moved(),
        };
    }

    private void Check(MessageRequest message, int index)
    {
        if (message.Kind == MessageKind.Binary || message.Synchronous)
            throw AbacoException.Invalid($"messages[{index}]: a batch holds neither binary nor synchronous messages.");
        try
        {
            MessageRules.Check(message, parts.Defaults.Encoding);
        }
        catch (AbacoException refusal)
        {
            throw new AbacoException(refusal.Kind, $"messages[{index}]: {refusal.Message}");
        }
    }

    private MessageRow Row(Caller caller, long sequence, string id, MessageRequest message, DateTimeOffset now) =>
        new(actor, sequence, id, message, caller.User, caller.ApiServer, now);
}
