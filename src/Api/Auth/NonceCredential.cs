using Abaco.Access;

namespace Abaco.Api.Auth;

/// <summary>
/// The query parameter <c>x-nonce</c>: one request as the nonce's owner, at most at its level, only below the actor's id or the alias that it was made for. The
/// use is counted by <see cref="RedeemAsync"/>, after the rate limit.
/// </summary>
internal sealed class NonceCredential(IGrainFactory grains) : ICredential
{
    /// <summary>Name of the query parameter.</summary>
    public const string Parameter = "x-nonce";

    private static readonly object Pending = new();

    public async ValueTask<Claimant?> ReadAsync(HttpContext context)
    {
        if (!context.Request.Query.TryGetValue(Parameter, out var values))
            return null;
        var key = NonceKey.TryRead(values[^1] ?? "") ?? throw AbacoException.Invalid("Nonce does not exist.");
        if (context.Request.RouteValues["actor"] is not string name)
            throw AbacoException.Invalid("x-nonce: a nonce opens only the actor or alias that it was made for.");
        var use = new Use(
            grains.GetGrain<INonceGrain>(key.ToString()),
            ActorKey.TryRead(key.Tenant, name) is { } actor ? NonceTarget.Of(actor) : NonceTarget.Of(new AliasKey(key.Tenant, name)),
            LevelOf(context));
        var owner = await use.Nonce.IdentifyAsync(use.Target, use.Needed);
        context.Items[Pending] = use;
        return new Claimant(key.Tenant, owner.User, owner.Roles) { Cap = owner.Level };
    }

    /// <summary>Counts the use of the request's nonce, if it has one.</summary>
    /// <exception cref="AbacoException">Invalid: no use is left, or the nonce is gone.</exception>
    public static Task RedeemAsync(HttpContext context) =>
        context.Items[Pending] is Use use ? use.Nonce.RedeemAsync(use.Target, use.Needed) : Task.CompletedTask;

    /// <summary>GET needs READ, POST on messages EXECUTE, every other write UPDATE.</summary>
    private static PermissionLevel LevelOf(HttpContext context)
    {
        var method = context.Request.Method;
        if (HttpMethods.IsGet(method) || HttpMethods.IsHead(method))
            return PermissionLevel.Read;
        var route = (context.GetEndpoint() as RouteEndpoint)?.RoutePattern.RawText ?? "";
        return HttpMethods.IsPost(method) && route.StartsWith("/actors/{actor}/messages", StringComparison.Ordinal)
            ? PermissionLevel.Execute
            : PermissionLevel.Update;
    }

    private sealed record Use(INonceGrain Nonce, NonceTarget Target, PermissionLevel Needed);
}
