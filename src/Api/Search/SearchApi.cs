using Abaco.Access;
using Abaco.Api.Actors;
using Abaco.Api.Auth;
using Abaco.Api.Executions;
using Abaco.Api.Http;
using Abaco.Api.Workers;
using Abaco.Catalog;
using Abaco.Search;

namespace Abaco.Api.Search;

/// <summary>Searches (rest-api.md, Search): a route of their own, and lists that were given query arguments.</summary>
internal static class SearchApi
{
    public static void MapSearch(this RouteGroupBuilder actors) => actors.MapGet("/search/{kind}", SearchAsync);

    /// <summary>The query arguments that make a search of a list; null when there are none.</summary>
    public static IReadOnlyList<SearchArgument>? ArgumentsOf(HttpContext context)
    {
        var arguments = context.Request.Query
            .Where(argument => !SearchRequest.NeverCount.Contains(argument.Key))
            .SelectMany(argument => argument.Value.Select(value => new SearchArgument(argument.Key, value ?? "")))
            .ToList();
        return arguments.Count == 0 ? null : arguments;
    }

    /// <summary>Searches and answers.</summary>
    public static async Task AnswerAsync(HttpContext context, Caller caller, IGrainFactory grains, SearchRequest request)
    {
        var page = await grains.GetGrain<ICatalogGrain>(0).SearchAsync(caller, request);
        await Answers.OkAsync(context, "Search completed successfully.", fields =>
        {
            fields.Object("_metadata", metadata =>
            {
                metadata.Number("total_count", page.Total);
                metadata.Number("records_skipped", page.Skip);
                metadata.Number("record_limit", page.Limit);
                metadata.Number("count_returned", page.Count);
            });
            WriteItems(fields, page, request.Kind, caller);
        });
    }

    private static Task SearchAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var asked = Targets.Value(context, "kind");
        if (!Enum.GetNames<SearchKind>().Contains(asked, StringComparer.OrdinalIgnoreCase) || !Enum.TryParse<SearchKind>(asked, ignoreCase: true, out var kind))
            throw AbacoException.Invalid($"search: '{asked}' cannot be searched; it must be one of executions, actors, workers and logs.");
        return AnswerAsync(context, identity.Of(context), grains, new SearchRequest(kind, ArgumentsOf(context) ?? []));
    }

    private static void WriteItems(Fields fields, SearchPage page, SearchKind kind, Caller caller)
    {
        switch (kind)
        {
            case SearchKind.Actors:
                fields.List("search", page.Actors, (item, actor) => ActorContract.Write(item, actor, caller));
                break;
            case SearchKind.Executions:
                fields.List("search", page.Executions, (item, execution) => ExecutionContract.WriteFound(item, execution, caller));
                break;
            case SearchKind.Workers:
                fields.List("search", page.Workers, WorkerContract.WriteFound);
                break;
            default:
                fields.List("search", page.Logs, (item, log) => LogsApi.WriteFound(item, log, caller));
                break;
        }
    }
}
