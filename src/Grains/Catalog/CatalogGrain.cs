using System.Text.Json;
using Abaco.Access;
using Abaco.Actors;
using Abaco.Search;
using Abaco.Store;
using Orleans.Concurrency;

namespace Abaco.Catalog;

/// <summary>Registers actors and reads across actors. It keeps nothing; a crash loses nothing.</summary>
[StatelessWorker]
internal sealed class CatalogGrain(IActorStore actors, ISearchStore searches, IStoreControl control, ActorDefaults defaults) : Grain, ICatalogGrain
{
    public Task<ActorSnapshot> RegisterAsync(Caller caller, ActorRequest request) =>
        GrainFactory.GetGrain<IActorGrain>(new ActorKey(caller.Tenant, HashIds.New()).ToString()).CreateAsync(caller, request);

    public async Task<IReadOnlyList<ActorSnapshot>> ListActorsAsync(Caller caller)
    {
        var listings = await actors.ListAsync(caller.Tenant, caller.User);
        return [.. listings.Select(Snapshot)];
    }

    public async Task<SearchPage> SearchAsync(Caller caller, SearchRequest request)
    {
        if (request.Actor is { } actor)
            await GrainFactory.GetGrain<IActorGrain>(actor.ToString()).AuthorizeAsync(caller, PermissionLevel.Read);
        var query = SearchRules.Parse(request.Kind, request.Arguments);
        var found = await searches.FindAsync(query, new SearchScope(caller.Tenant, caller.User, request.Actor?.ToString(), request.ExecutionId));
        return new SearchPage
        {
            Total = found.Total,
            Skip = query.Skip,
            Limit = query.Limit,
            Actors = [.. found.Actors.Select(Snapshot)],
            Executions = found.Executions,
            Workers = found.Workers,
            Logs = found.Logs,
        };
    }

    public Task<string?> CheckReadyAsync() => control.CheckAsync();

    private ActorSnapshot Snapshot(ActorListing listing) => ActorSnapshots.Of(
        ActorKey.Parse(listing.Row.Actor),
        JsonSerializer.Deserialize<ActorState>(listing.StateJson, GrainStateJson.Options)!,
        listing.Row.Status,
        listing.Row.StatusMessage,
        listing.Due,
        defaults);
}
