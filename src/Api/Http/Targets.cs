using Abaco.Access;
using Abaco.Actors;
using Abaco.Aliases;
using Abaco.Api.Auth;
using Abaco.Configs;
using Abaco.Executions;

namespace Abaco.Api.Http;

/// <summary>Finds the grain that a path names: <c>{actor}</c> is an id, <c>{tenant}_{id}</c> or an alias.</summary>
internal sealed class Targets(IGrainFactory grains, Identity identity)
{
    private const int LongestName = 128;
    private readonly GrainKind<IActorGrain> _actors = new(grains);
    private readonly GrainKind<IExecutionGrain> _executions = new(grains);

    /// <summary>The caller and the actor of a request.</summary>
    public async ValueTask<(Caller Caller, IActorGrain Actor, string ActorId)> ActorAsync(HttpContext context)
    {
        var caller = identity.Of(context);
        var key = await ResolveAsync(caller, Value(context, "actor"));
        return (caller, Actor(key), key.ActorId);
    }

    /// <summary>The grain of an actor.</summary>
    public IActorGrain Actor(ActorKey key) => _actors.Of(key.ToString());

    /// <summary>The caller, actor and execution of a request.</summary>
    public async ValueTask<(Caller Caller, IExecutionGrain Execution, ExecutionKey Key)> ExecutionAsync(HttpContext context)
    {
        var caller = identity.Of(context);
        var id = Value(context, "execution");
        var actor = await ResolveAsync(caller, Value(context, "actor"));
        if (!HashIds.LooksLikeId(id))
            throw AbacoException.NotFound($"Execution {Shown(id)} does not exist for actor {actor.ActorId}.");
        var key = new ExecutionKey(actor, id);
        return (caller, _executions.Of(key.ToString()), key);
    }

    /// <summary>The caller and the alias of a request.</summary>
    public (Caller Caller, IAliasGrain Alias, AliasKey Key) Alias(HttpContext context)
    {
        var caller = identity.Of(context);
        var name = Value(context, "alias");
        if (name.Length > LongestName)
            throw AbacoException.NotFound($"No alias found: {Shown(name)}.");
        var key = new AliasKey(caller.Tenant, name);
        return (caller, grains.GetGrain<IAliasGrain>(key.ToString()), key);
    }

    /// <summary>The caller and the config of a request.</summary>
    public (Caller Caller, IConfigGrain Config, ConfigKey Key) Config(HttpContext context)
    {
        var caller = identity.Of(context);
        var name = Value(context, "config");
        if (name.Length > LongestName)
            throw AbacoException.NotFound($"No config found: {Shown(name)}.");
        var key = new ConfigKey(caller.Tenant, name);
        return (caller, grains.GetGrain<IConfigGrain>(key.ToString()), key);
    }

    /// <summary>The actor that a text names: an id, <c>{tenant}_{id}</c> or an alias of the caller's tenant.</summary>
    /// <exception cref="AbacoException">NotFound.</exception>
    public async ValueTask<ActorKey> ResolveAsync(Caller caller, string text)
    {
        if (ActorKey.TryRead(caller.Tenant, text) is { } key)
            return key;
        var alias = new AliasKey(caller.Tenant, text);
        var found = text.Length is > 0 and <= LongestName ? await grains.GetGrain<IAliasGrain>(alias.ToString()).ResolveAsync() : null;
        return found ?? throw AbacoException.NotFound($"No actor found with id: {Shown(text)}.");
    }

    /// <summary>A value of the path.</summary>
    public static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static string Shown(string text) => text.Length <= LongestName ? text : text[..LongestName] + "…";
}
