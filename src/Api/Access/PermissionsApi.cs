using Abaco.Access;
using Abaco.Api.Http;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Access;

/// <summary>Routes of permission tables; the same for everything that has one.</summary>
internal static class PermissionsApi
{
    public static void MapPermissions(this RouteGroupBuilder actors)
    {
        actors.MapGet("/{actor}/permissions", ListOfActorAsync);
        actors.MapPost("/{actor}/permissions", SetOfActorAsync);
        actors.MapGet("/aliases/{alias}/permissions", ListOfAliasAsync);
        actors.MapPost("/aliases/{alias}/permissions", SetOfAliasAsync);
    }

    /// <summary>Answers with a thing's table.</summary>
    public static async Task ListAsync(HttpContext context, Caller caller, IPermissioned thing) =>
        await AnswerAsync(context, "Permissions retrieved successfully.", await thing.GetPermissionsAsync(caller));

    /// <summary>Sets one user's level from the parameters <c>user</c> and <c>level</c>, and answers with the table.</summary>
    public static async Task SetAsync(HttpContext context, Caller caller, IPermissioned thing)
    {
        var limit = context.RequestServices.GetRequiredService<IOptions<WebOptions>>().Value.MaxBodyLength;
        var given = await Parameters.ReadAsync(context, limit);
        var (user, level) = (given.Required("user"), given.Required("level"));
        given.Check();
        await AnswerAsync(context, "Permission added successfully.", await thing.SetPermissionAsync(caller, user, Levels.Parse("level", level)));
    }

    private static async Task ListOfActorAsync(HttpContext context, Targets targets)
    {
        var (caller, actor, _) = await targets.ActorAsync(context);
        await ListAsync(context, caller, actor);
    }

    private static async Task SetOfActorAsync(HttpContext context, Targets targets)
    {
        var (caller, actor, _) = await targets.ActorAsync(context);
        await SetAsync(context, caller, actor);
    }

    private static Task ListOfAliasAsync(HttpContext context, Targets targets)
    {
        var (caller, alias, _) = targets.Alias(context);
        return ListAsync(context, caller, alias);
    }

    private static Task SetOfAliasAsync(HttpContext context, Targets targets)
    {
        var (caller, alias, _) = targets.Alias(context);
        return SetAsync(context, caller, alias);
    }

    private static Task AnswerAsync(HttpContext context, string message, IReadOnlyDictionary<string, PermissionLevel> table) =>
        Answers.OkAsync(context, message, fields =>
        {
            foreach (var (user, level) in table)
                fields.Own(user, Levels.Name(level));
        });
}
