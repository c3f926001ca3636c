using Abaco.Access;
using Abaco.Aliases;
using Abaco.Api.Auth;
using Abaco.Api.Http;
using Abaco.Catalog;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Aliases;

/// <summary>Routes of aliases.</summary>
internal static class AliasesApi
{
    public static void MapAliases(this RouteGroupBuilder actors)
    {
        actors.MapGet("/aliases", ListAsync);
        actors.MapPost("/aliases", CreateAsync);
        actors.MapGet("/aliases/{alias}", GetAsync);
        actors.MapPut("/aliases/{alias}", UpdateAsync);
        actors.MapDelete("/aliases/{alias}", DeleteAsync);
    }

    private static async Task ListAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var caller = identity.Of(context);
        var aliases = await grains.GetGrain<ICatalogGrain>(0).ListAliasesAsync(caller);
        await Answers.ListAsync(context, "Aliases retrieved successfully.", aliases, (fields, alias) => Write(fields, alias, caller));
    }

    private static async Task CreateAsync(HttpContext context, Identity identity, Targets targets, IGrainFactory grains, IOptions<WebOptions> web)
    {
        var caller = identity.Of(context);
        var given = await Parameters.ReadAsync(context, web.Value.MaxBodyLength);
        var (name, target) = (given.Required("alias"), given.Required("actor_id"));
        given.Check();
        var actor = await targets.ResolveAsync(caller, target);
        var alias = await grains.GetGrain<IAliasGrain>(new AliasKey(caller.Tenant, name).ToString()).CreateAsync(caller, actor);
        await Answers.OkAsync(context, "Actor alias created successfully.", fields => Write(fields, alias, caller));
    }

    private static async Task GetAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = targets.Alias(context);
        var alias = await grain.GetAsync(caller);
        await Answers.OkAsync(context, "Alias retrieved successfully.", fields => Write(fields, alias, caller));
    }

    private static async Task UpdateAsync(HttpContext context, Targets targets, IOptions<WebOptions> web)
    {
        var (caller, grain, _) = targets.Alias(context);
        var given = await Parameters.ReadAsync(context, web.Value.MaxBodyLength);
        if (given.Has("alias"))
            throw AbacoException.Invalid("alias: cannot be updated in a PUT request; create another alias instead.");
        var target = given.Required("actor_id");
        given.Check();
        var alias = await grain.UpdateAsync(caller, await targets.ResolveAsync(caller, target));
        await Answers.OkAsync(context, "Actor alias updated successfully.", fields => Write(fields, alias, caller));
    }

    private static async Task DeleteAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, key) = targets.Alias(context);
        await grain.DeleteAsync(caller);
        await Answers.DoneAsync(context, $"Alias {key.Name} deleted successfully.");
    }

    private static void Write(Fields fields, AliasSnapshot alias, Caller caller)
    {
        fields.Text("alias", alias.Key.Name);
        fields.Text("actor_id", alias.ActorId);
        fields.Text("owner", alias.Owner);
        fields.Links(
            ("self", Urls.Alias(caller, alias.Key.Name)),
            ("owner", Urls.Owner(caller, alias.Owner)),
            ("actor", Urls.Actor(caller, alias.ActorId)));
    }
}
