using Abaco.Access;
using Abaco.Api.Http;
using Abaco.Catalog;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Access;

/// <summary>Routes of the nonces of actors and of aliases.</summary>
internal static class NoncesApi
{
    private delegate ValueTask<(Caller Caller, NonceTarget Target)> Find(HttpContext context, Targets targets);

    public static void MapNonces(this RouteGroupBuilder actors)
    {
        Map(actors, "/{actor}/nonces", "Actor", async (context, targets) =>
        {
            var (caller, _, id) = await targets.ActorAsync(context);
            return (caller, NonceTarget.Of(new ActorKey(caller.Tenant, id)));
        });
        Map(actors, "/aliases/{alias}/nonces", "Alias", (context, targets) =>
        {
            var (caller, _, key) = targets.Alias(context);
            return ValueTask.FromResult((caller, NonceTarget.Of(key)));
        });
    }

    private static void Map(RouteGroupBuilder actors, string path, string whose, Find find)
    {
        actors.MapGet(path, async (HttpContext context, Targets targets, IGrainFactory grains) =>
        {
            var (caller, target) = await find(context, targets);
            var nonces = await grains.GetGrain<ICatalogGrain>(0).ListNoncesAsync(caller, target);
            await Answers.ListAsync(context, $"{whose} nonces retrieved successfully.", nonces, (fields, nonce) => Write(fields, nonce, caller));
        });
        actors.MapPost(path, async (HttpContext context, Targets targets, IGrainFactory grains, IOptions<WebOptions> web) =>
        {
            var (caller, target) = await find(context, targets);
            var request = await ReadAsync(context, web.Value.MaxBodyLength);
            var nonce = await Nonce(grains, NonceKey.New(caller.Tenant)).CreateAsync(caller, target, request);
            await Answers.OkAsync(context, $"{whose} nonce created successfully.", fields => Write(fields, nonce, caller));
        });
        actors.MapGet(path + "/{nonce}", async (HttpContext context, Targets targets, IGrainFactory grains) =>
        {
            var (caller, target) = await find(context, targets);
            var nonce = await Nonce(grains, KeyOf(context, caller)).GetAsync(caller, target);
            await Answers.OkAsync(context, $"{whose} nonce retrieved successfully.", fields => Write(fields, nonce, caller));
        });
        actors.MapDelete(path + "/{nonce}", async (HttpContext context, Targets targets, IGrainFactory grains) =>
        {
            var (caller, target) = await find(context, targets);
            await Nonce(grains, KeyOf(context, caller)).DeleteAsync(caller, target);
            await Answers.DoneAsync(context, $"{whose} nonce deleted successfully.");
        });
    }

    private static async Task<NonceRequest> ReadAsync(HttpContext context, long limit)
    {
        var given = await Parameters.ReadAsync(context, limit);
        var (level, uses, description) = (given.Text("level"), given.Whole("max_uses"), given.Text("description"));
        given.Check();
        return new NonceRequest(level is null ? null : Levels.Parse("level", level), uses, description);
    }

    private static INonceGrain Nonce(IGrainFactory grains, NonceKey key) => grains.GetGrain<INonceGrain>(key.ToString());

    private static NonceKey KeyOf(HttpContext context, Caller caller) =>
        NonceKey.TryRead(Targets.Value(context, "nonce")) is { } key && key.Tenant == caller.Tenant
            ? key
            : throw AbacoException.NotFound("Nonce does not exist.");

    private static void Write(Fields fields, NonceSnapshot nonce, Caller caller)
    {
        fields.Text("id", nonce.Id);
        fields.Text("owner", nonce.Owner);
        fields.Texts("roles", nonce.Roles);
        fields.Text("actor_id", nonce.ActorId);
        fields.Text("alias", nonce.Target.Alias);
        fields.Text("api_server", caller.ApiServer);
        fields.Text("level", Levels.Name(nonce.Level));
        fields.Text("description", nonce.Description);
        fields.TimeOrNone("create_time", nonce.CreateTime);
        fields.TimeOrNone("last_use_time", nonce.LastUseTime);
        fields.Number("max_uses", nonce.MaxUses);
        fields.Number("current_uses", nonce.Uses);
        fields.Number("remaining_uses", nonce.RemainingUses);
        fields.Links(
            ("self", Urls.Nonce(caller, nonce)),
            ("owner", Urls.Owner(caller, nonce.Owner)),
            ("actor", Urls.Actor(caller, nonce.ActorId)));
    }
}
