using Abaco.Access;
using Abaco.Api.Access;
using Abaco.Api.Auth;
using Abaco.Api.Http;
using Abaco.Catalog;
using Abaco.Configs;
using Microsoft.Extensions.Options;

namespace Abaco.Api.Configs;

/// <summary>Routes of configs and secrets (rest-api.md, Configs).</summary>
internal static class ConfigsApi
{
    public static void MapConfigs(this RouteGroupBuilder actors)
    {
        actors.MapGet("/configs", ListAsync);
        actors.MapPost("/configs", CreateAsync);
        actors.MapGet("/configs/{config}", GetAsync);
        actors.MapPut("/configs/{config}", UpdateAsync);
        actors.MapDelete("/configs/{config}", DeleteAsync);
        actors.MapGet("/configs/{config}/permissions", ListPermissionsAsync);
        actors.MapPost("/configs/{config}/permissions", SetPermissionAsync);
    }

    private static async Task ListAsync(HttpContext context, Identity identity, IGrainFactory grains)
    {
        var caller = identity.Of(context);
        var configs = await grains.GetGrain<ICatalogGrain>(0).ListConfigsAsync(caller);
        await Answers.ListAsync(context, "Configs retrieved successfully.", configs, (fields, config) => Write(fields, config, caller));
    }

    private static async Task CreateAsync(HttpContext context, Identity identity, IGrainFactory grains, IOptions<WebOptions> web)
    {
        var caller = identity.Of(context);
        var (name, request) = await ReadAsync(context, web.Value.MaxBodyLength);
        var config = await grains.GetGrain<IConfigGrain>(new ConfigKey(caller.Tenant, name).ToString()).CreateAsync(caller, request);
        await Answers.OkAsync(context, "Actor config created successfully.", fields => Write(fields, config, caller));
    }

    private static async Task GetAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = targets.Config(context);
        var config = await grain.GetAsync(caller);
        await Answers.OkAsync(context, "Config retrieved successfully.", fields => Write(fields, config, caller));
    }

    private static async Task UpdateAsync(HttpContext context, Targets targets, IOptions<WebOptions> web)
    {
        var (caller, grain, _) = targets.Config(context);
        var (_, request) = await ReadAsync(context, web.Value.MaxBodyLength);
        var config = await grain.UpdateAsync(caller, request);
        await Answers.OkAsync(context, "Actor config updated successfully.", fields => Write(fields, config, caller));
    }

    private static async Task DeleteAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, key) = targets.Config(context);
        await grain.DeleteAsync(caller);
        await Answers.DoneAsync(context, $"Config {key.Name} deleted successfully.");
    }

    private static Task ListPermissionsAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = targets.Config(context);
        return PermissionsApi.ListAsync(context, caller, grain);
    }

    private static Task SetPermissionAsync(HttpContext context, Targets targets)
    {
        var (caller, grain, _) = targets.Config(context);
        return PermissionsApi.SetAsync(context, caller, grain);
    }

    /// <summary>All four are required on POST and PUT; PUT ignores another name.</summary>
    private static async Task<(string Name, ConfigRequest Request)> ReadAsync(HttpContext context, long limit)
    {
        var given = await Parameters.ReadAsync(context, limit);
        var name = given.Required("name");
        var request = new ConfigRequest(given.RequiredJson("value"), given.RequiredFlag("is_secret"), given.Required("actors"));
        given.Check();
        return (name, request);
    }

    /// <summary>The value of a secret is null.</summary>
    private static void Write(Fields fields, ConfigSnapshot config, Caller caller)
    {
        fields.Text("name", config.Key.Name);
        fields.Raw("value", config.ValueJson);
        fields.Flag("is_secret", config.IsSecret);
        fields.Text("actors", config.Actors);
        fields.Text("owner", config.Owner);
        fields.Links(("self", Urls.Config(caller, config.Key.Name)), ("owner", Urls.Owner(caller, config.Owner)));
    }
}
