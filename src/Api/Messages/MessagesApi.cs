using Abaco.Access;
using Abaco.Actors;
using Abaco.Api.Http;
using Abaco.Executions;
using Abaco.Messages;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Messages;

/// <summary>Routes of an actor's mailbox.</summary>
internal static class MessagesApi
{
    private const string Synchronous = "_abaco_synchronous";

    public static void MapMessages(this RouteGroupBuilder actors)
    {
        actors.MapPost("/{actor}/messages", SendAsync);
        actors.MapPost("/{actor}/messages/batch", SendBatchAsync);
        actors.MapGet("/{actor}/messages", CountAsync);
        actors.MapDelete("/{actor}/messages", PurgeAsync);
    }

    /// <summary>Whether the sender waits for the end.</summary>
    public static bool IsSynchronous(HttpContext context) => Queries.Flag(context, Synchronous);

    private static async Task SendAsync(HttpContext context, Targets targets, IGrainFactory grains, Waits waits, IOptions<WebOptions> web)
    {
        var (caller, grain, actorId) = await targets.ActorAsync(context);
        using var wait = IsSynchronous(context) ? waits.Begin(context) : null;
        var body = MessageBody.IsBinary(context)
            ? await UploadAsync(context, caller, grain, grains.GetGrain<IBodyGrain>(0), web.Value.MaxContentLength)
            : await MessageBody.ReadAsync(context, web.Value.MaxBodyLength);
        var receipt = await DeliverAsync(caller, grain, grains, body.Message, IdempotencyKey(context));
        if (body.Message.Synchronous)
        {
            var key = new ExecutionKey(new ActorKey(caller.Tenant, actorId), receipt.ExecutionId);
            await AnswerAsync(context, caller, grains.GetGrain<IExecutionGrain>(key.ToString()), wait!.Ends);
            return;
        }

        await Answers.OkAsync(context, "The request was successful", fields =>
        {
            fields.Links(
                ("self", Urls.Execution(caller, actorId, receipt.ExecutionId)),
                ("owner", Urls.Owner(caller, caller.User)),
                ("messages", Urls.Messages(caller, actorId)));
            fields.Text("execution_id", receipt.ExecutionId);
            fields.Raw("msg", body.Echo);
        });
    }

    private static async Task SendBatchAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, actorId) = await targets.ActorAsync(context);
        if (IsSynchronous(context))
            throw AbacoException.Invalid($"{Synchronous}: a batch cannot be synchronous.");
        var messages = await MessageBatch.ReadAsync(context);
        var receipt = await grain.SendBatchAsync(caller, messages, IdempotencyKey(context));
        await Answers.OkAsync(context, "The request was successful", fields =>
        {
            fields.Links(
                ("self", Urls.Executions(caller, actorId)), ("owner", Urls.Owner(caller, caller.User)), ("messages", Urls.Messages(caller, actorId)));
            fields.Texts("execution_ids", receipt.ExecutionIds);
        });
    }

    /// <summary>The header as it was sent, or null; the actor checks it.</summary>
    private static string? IdempotencyKey(HttpContext context) =>
        context.Request.Headers.TryGetValue("Idempotency-Key", out var key) ? key.ToString() : null;

    private static async Task<MessageBody> UploadAsync(HttpContext context, Caller caller, IActorGrain actor, IBodyGrain bodies, long limit)
    {
        // Asked before the body is read, so that nobody uploads 500 MB to an actor that refuses them.
        await actor.AuthorizeAsync(caller, PermissionLevel.Execute);
        return MessageBody.OfUpload(context, await Upload.ReadAsync(context, bodies, limit, digest: IdempotencyKey(context) is not null));
    }

    private static async Task<SendReceipt> DeliverAsync(Caller caller, IActorGrain actor, IGrainFactory grains, MessageRequest message, string? key)
    {
        try
        {
            return await actor.SendAsync(caller, message, key);
        }
        catch (AbacoException) when (message.UploadId is not null)
        {
            await Upload.DiscardAsync(grains.GetGrain<IBodyGrain>(0), message.UploadId);
            throw;
        }
    }

    /// <summary>Waits for the first result or the end; a client that goes away leaves the execution running.</summary>
    private static async Task AnswerAsync(HttpContext context, Caller caller, IExecutionGrain execution, CancellationToken ends)
    {
        var gone = context.RequestAborted;
        while (true)
        {
            var answer = await execution.WaitForAnswerAsync(caller, ends).WaitAsync(ends);
            if (answer.Result is { } result)
            {
                context.Response.ContentType = MessageBody.Binary;
                await context.Response.Body.WriteAsync(result, gone);
                return;
            }

            if (answer.Log is { } log)
            {
                context.Response.ContentType = "text/plain; charset=utf-8";
                await context.Response.WriteAsync(log, gone);
                return;
            }
        }
    }

    private static async Task CountAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, actorId) = await targets.ActorAsync(context);
        var count = await grain.CountMessagesAsync(caller);
        await Answers.OkAsync(context, "The request was successful", fields =>
        {
            fields.Number("messages", count);
            fields.Links(("self", Urls.Messages(caller, actorId)), ("owner", Urls.Owner(caller, caller.User)));
        });
    }

    private static async Task PurgeAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, actorId) = await targets.ActorAsync(context);
        await grain.PurgeAsync(caller);
        await Answers.OkAsync(context, "The request was successful", fields =>
        {
            fields.Text("msg", "Actor mailbox purged.");
            fields.Links(("self", Urls.Messages(caller, actorId)), ("owner", Urls.Owner(caller, caller.User)));
        });
    }
}
