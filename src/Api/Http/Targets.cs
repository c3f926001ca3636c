using Abaco.Access;
using Abaco.Actors;
using Abaco.Api.Auth;
using Abaco.Executions;

namespace Abaco.Api.Http;

/// <summary>Finds the grain that a path names: <c>{actor}</c> is an id or <c>{tenant}_{id}</c>.</summary>
internal sealed class Targets(IGrainFactory grains, Identity identity)
{
    private const int LongestId = 64;

    /// <summary>The caller and the actor of a request.</summary>
    public (Caller Caller, IActorGrain Actor, string ActorId) Actor(HttpContext context)
    {
        var caller = identity.Of(context);
        var key = Key(caller, Value(context, "actor"));
        return (caller, grains.GetGrain<IActorGrain>(key.ToString()), key.ActorId);
    }

    /// <summary>The caller, actor and execution of a request.</summary>
    public (Caller Caller, IExecutionGrain Execution, ExecutionKey Key) Execution(HttpContext context)
    {
        var caller = identity.Of(context);
        var id = Value(context, "execution");
        var actor = Key(caller, Value(context, "actor"));
        if (!IsId(id))
            throw AbacoException.NotFound($"Execution {Shown(id)} does not exist for actor {actor.ActorId}.");
        var key = new ExecutionKey(actor, id);
        return (caller, grains.GetGrain<IExecutionGrain>(key.ToString()), key);
    }

    /// <summary>A value of the path.</summary>
    public static string Value(HttpContext context, string name) => (string)context.Request.RouteValues[name]!;

    private static ActorKey Key(Caller caller, string text)
    {
        var cut = text.LastIndexOf('_');
        var id = text[(cut + 1)..];
        return IsId(id) && (cut < 0 || text[..cut] == caller.Tenant)
            ? new ActorKey(caller.Tenant, id)
            : throw AbacoException.NotFound($"No actor found with id: {Shown(text)}.");
    }

    private static bool IsId(string text) => text.Length is > 0 and <= LongestId && text.All(char.IsAsciiLetterOrDigit);

    private static string Shown(string text) => text.Length <= LongestId ? text : text[..LongestId] + "…";
}
