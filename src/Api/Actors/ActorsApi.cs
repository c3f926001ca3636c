using Abaco.Access;
using Abaco.Api.Auth;
using Abaco.Api.Http;
using Abaco.Api.Search;
using Abaco.Catalog;
using Abaco.Search;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Actors;

/// <summary>Routes of actors and their state.</summary>
internal static class ActorsApi
{
    public static void MapActors(this RouteGroupBuilder actors)
    {
        actors.MapGet("", ListAsync);
        actors.MapPost("", RegisterAsync);
        actors.MapGet("/{actor}", GetAsync);
        actors.MapPut("/{actor}", UpdateAsync);
        actors.MapDelete("/{actor}", DeleteAsync);
        actors.MapGet("/{actor}/state", GetStateAsync);
        actors.MapPost("/{actor}/state", SetStateAsync);
    }

    private static async Task ListAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var caller = identity.Of(context);
        if (SearchApi.ArgumentsOf(context) is { } arguments)
        {
            await SearchApi.AnswerAsync(context, caller, grains, new SearchRequest(SearchKind.Actors, arguments));
            return;
        }

        var actors = await grains.GetGrain<ICatalogGrain>(0).ListActorsAsync(caller);
        await Answers.ListAsync(context, "Actors retrieved successfully.", actors, (fields, actor) => ActorContract.Write(fields, actor, caller));
    }

    private static async Task RegisterAsync(HttpContext context, Identity identity, IGrainFactory grains, IOptions<WebOptions> web)
    {
        var caller = identity.Of(context);
        var request = await ActorRequests.ReadAsync(context, web.Value.MaxBodyLength);
        var actor = await grains.GetGrain<ICatalogGrain>(0).RegisterAsync(caller, request);
        await Answers.OkAsync(context, "Actor created successfully.", fields => ActorContract.Write(fields, actor, caller));
    }

    private static async Task GetAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        var actor = await grain.GetAsync(caller);
        await Answers.OkAsync(context, "Actor retrieved successfully.", fields => ActorContract.Write(fields, actor, caller));
    }

    private static async Task UpdateAsync(HttpContext context, Targets targets, IOptions<WebOptions> web)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        await grain.AuthorizeAsync(caller, PermissionLevel.Update);
        var actor = await grain.UpdateAsync(caller, await ActorRequests.ReadAsync(context, web.Value.MaxBodyLength));
        await Answers.OkAsync(context, "Actor updated successfully.", fields => ActorContract.Write(fields, actor, caller));
    }

    private static async Task DeleteAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        var gone = await grain.DeleteAsync(caller);
        await Answers.DoneAsync(context, gone
            ? "Actor deleted successfully."
            : "Actor deleted successfully, though resources associated with it are still being cleaned up.");
    }

    private static async Task GetStateAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        var state = await grain.GetStateAsync(caller);
        await Answers.OkAsync(context, "Actor state retrieved successfully.", fields => fields.Raw("state", state));
    }

    /// <summary>The body is the state, whatever its type says: any JSON value but an empty one.</summary>
    private static async Task SetStateAsync(HttpContext context, Targets targets, IOptions<WebOptions> web)
    {
        var (caller, grain, _) = await targets.ActorAsync(context);
        var text = Parameters.Decode(await BodyReader.ReadAsync(context, web.Value.MaxBodyLength));
        if (!Parameters.TryParse(text, out var state))
            throw AbacoException.Invalid("state: the body must be a JSON value, not empty.");
        var actor = await grain.SetStateAsync(caller, state.GetRawText());
        await Answers.OkAsync(context, "State updated successfully.", fields => ActorContract.Write(fields, actor, caller));
    }
}
