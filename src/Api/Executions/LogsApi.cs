using System.Text.Json;
using Abaco.Access;
using Abaco.Api.Http;
using Abaco.Api.Search;
using Abaco.Executions;
using Abaco.Search;

namespace Abaco.Api.Executions;

/// <summary>Routes of logs: as a whole, or followed until the end as text or as server-sent events.</summary>
internal static class LogsApi
{
    private const string EventStream = "text/event-stream";

    public static void MapLogs(this RouteGroupBuilder actors) => actors.MapGet("/{actor}/executions/{execution}/logs", GetAsync);

    /// <summary>As an item of a search.</summary>
    public static void WriteFound(Fields fields, FoundLog log, Caller caller)
    {
        fields.Text("logs", log.Text);
        WriteLinks(fields, caller, log.Execution, log.ActorOwner);
    }

    private static async Task GetAsync(HttpContext context, Targets targets, Waits waits, IGrainFactory grains)
    {
        var (caller, grain, key) = await targets.ExecutionAsync(context);
        var events = context.Request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase);
        if (events || Queries.Flag(context, "follow"))
        {
            await FollowAsync(context, caller, grain, waits, events);
            return;
        }

        if (SearchApi.ArgumentsOf(context) is { } arguments)
        {
            await grain.GetAsync(caller);
            await SearchApi.AnswerAsync(context, caller, grains, new SearchRequest(SearchKind.Logs, arguments, key.Actor, key.ExecutionId));
            return;
        }

        var log = await grain.ReadLogAsync(caller, 0, TimeSpan.Zero);
        await Answers.OkAsync(context, "Logs retrieved successfully.", fields =>
        {
            fields.Text("logs", log.Text);
            WriteLinks(fields, caller, key, log.ActorOwner);
        });
    }

    private static void WriteLinks(Fields fields, Caller caller, ExecutionKey key, string owner) => fields.Links(
        ("self", Urls.Logs(caller, key.Actor.ActorId, key.ExecutionId)),
        ("owner", Urls.Owner(caller, owner)),
        ("execution", Urls.Execution(caller, key.Actor.ActorId, key.ExecutionId)));

    private static async Task FollowAsync(HttpContext context, Caller caller, IExecutionGrain grain, Waits waits, bool events)
    {
        using var place = waits.Begin(context);
        var gone = context.RequestAborted;
        var from = 0;
        LogPiece piece;
        do
        {
            piece = await NextAsync(context, caller, grain, from, place.Ends);
            if (!context.Response.HasStarted)
            {
                context.Response.ContentType = events ? EventStream : "text/plain; charset=utf-8";
                context.Response.Headers.CacheControl = "no-cache";
            }

            from = piece.Next;
            await context.Response.WriteAsync(events ? Event(piece) : piece.Text, gone);
            await context.Response.Body.FlushAsync(gone);
        }
        while (!piece.Ended);
    }

    private static async Task<LogPiece> NextAsync(HttpContext context, Caller caller, IExecutionGrain grain, int from, CancellationToken ends)
    {
        try
        {
            return await grain.ReadLogAsync(caller, from, IExecutionGrain.LongestWait, ends).WaitAsync(ends);
        }
        catch (OperationCanceledException) when (context.Response.HasStarted)
        {
            // The client went away, or the server stops: a client that still wants more follows again.
            return new LogPiece("", from, Ended: true, "");
        }
        catch (AbacoException refusal) when (refusal.Kind == RefusalKind.NotFound && context.Response.HasStarted)
        {
            // Deleted meanwhile: nothing follows.
            return new LogPiece("", from, Ended: true, "");
        }
    }

    /// <summary>A <c>log</c> event holds the piece as a JSON string; the last is <c>end</c>; a comment keeps the connection open meanwhile.</summary>
    private static string Event(LogPiece piece)
    {
        var log = piece.Text.Length > 0 ? $"event: log\ndata: {JsonSerializer.Serialize(piece.Text)}\n\n" : ": waiting\n\n";
        return piece.Ended ? $"{log}event: end\ndata: {{}}\n\n" : log;
    }
}
