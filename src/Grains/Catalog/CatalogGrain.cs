using System.Text.Json;
using Abaco.Access;
using Abaco.Actors;
using Abaco.Aliases;
using Abaco.Configs;
using Abaco.Search;
using Abaco.Store;
using Orleans.Concurrency;

namespace Abaco.Catalog;

/// <summary>Registers actors and reads across actors. It keeps nothing; a crash loses nothing.</summary>
[StatelessWorker]
internal sealed class CatalogGrain(
    IActorStore actors, IGrainStateStore states, ISearchStore searches, IStoreControl control, ActorDefaults defaults)
    : Grain, ICatalogGrain
{
    private const int MostNonces = 10_000;

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

    public async Task<IReadOnlyList<AliasSnapshot>> ListAliasesAsync(Caller caller)
    {
        var rows = await states.ListReadableAsync("alias", caller.Tenant, caller.User);
        return [.. rows.Select(row => (Key: AliasKey.Parse(row.Key), State: Read<AliasState>(row.StateJson)))
            .Select(alias => new AliasSnapshot(alias.Key, alias.State.ActorId, alias.State.Owner))];
    }

    public async Task<IReadOnlyList<NonceSnapshot>> ListNoncesAsync(Caller caller, NonceTarget target)
    {
        var access = await NonceTargets.DemandAsync(GrainFactory, caller, target, PermissionLevel.Read);
        var rows = await states.ListNoncesAsync(target.ToString(), MostNonces);
        return [.. rows.Select(row => (row.Key, State: Read<NonceState>(row.StateJson)))
            .Where(nonce => nonce.State.Level <= access.Level)
            .OrderBy(nonce => nonce.State.Created)
            .Select(nonce => NonceRules.Show(nonce.Key, target, access.ActorId, nonce.State))];
    }

    public async Task<IReadOnlyList<ConfigSnapshot>> ListConfigsAsync(Caller caller)
    {
        var rows = await states.ListReadableAsync("config", caller.Tenant, caller.User);
        return [.. rows.Select(row => Read<ConfigState>(row.StateJson).Snapshot(ConfigKey.Parse(row.Key)))];
    }

    public Task<string?> CheckReadyAsync() => control.CheckAsync();

    private static T Read<T>(string stateJson) => JsonSerializer.Deserialize<T>(stateJson, GrainStateJson.Options)!;

    private ActorSnapshot Snapshot(ActorListing listing) => ActorSnapshots.Of(
        ActorKey.Parse(listing.Row.Actor),
        Read<ActorState>(listing.StateJson),
        listing.Row.Status,
        listing.Row.StatusMessage,
        listing.Due,
        defaults);
}
