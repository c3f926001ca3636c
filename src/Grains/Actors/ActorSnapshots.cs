namespace Abaco.Actors;

/// <summary>Makes what is shown of an actor from what is stored.</summary>
internal static class ActorSnapshots
{
    public static ActorSnapshot Of(ActorKey key, ActorState state, ActorStatus status, string message, DateTimeOffset? due, ActorDefaults defaults)
    {
        var parameters = ActorRules.ToParameters(state.Definition!);
        var identity = parameters.UseContainerUid is true ? null : defaults.User;
        return new ActorSnapshot
        {
            Key = key,
            Owner = state.Owner,
            Parameters = parameters,
            Status = status,
            StatusMessage = message,
            Revision = state.Revision,
            StateJson = state.StateJson,
            Mounts = defaults.MountsOf(key.Tenant, state.Owner),
            Uid = identity?.Split(':')[0],
            Gid = identity is not null && identity.Contains(':') ? identity.Split(':')[1] : null,
            CronNextExecution = due,
            CreateTime = state.Created,
            LastUpdateTime = state.Updated,
            TokenDefault = false,
        };
    }
}
