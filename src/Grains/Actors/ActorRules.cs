using Abaco.Access;

namespace Abaco.Actors;

/// <summary>What POST and PUT make of an actor's parameters (rest-api.md, Actors). Pure; every broken rule is named at once.</summary>
internal static class ActorRules
{
    /// <summary>The definition of a new actor.</summary>
    /// <exception cref="AbacoException">Invalid or NotAuthorized.</exception>
    public static ActorDefinition Create(Caller caller, ActorRequest request, ActorDefaults defaults)
    {
        ActorChecks.Run(caller, request, request.Stateless ?? true, defaults, []);
        return Make(request, request.Name, request.Stateless ?? true);
    }

    /// <summary>The definition after a PUT: absent parameters fall back to their defaults, but name and <c>stateless</c> stay.</summary>
    /// <exception cref="AbacoException">Invalid or NotAuthorized.</exception>
    public static ActorDefinition Update(Caller caller, ActorDefinition current, ActorRequest request, ActorDefaults defaults)
    {
        var stateless = request.Stateless ?? current.Stateless;
        string[] errors = stateless && !current.Stateless ? ["stateless: a stateful actor cannot become stateless."] : [];
        ActorChecks.Run(caller, request with { Name = null }, stateless, defaults, errors);
        return Make(request, current.Name, stateless);
    }

    /// <summary>Whether a PUT starts a new revision.</summary>
    public static bool NeedsNewRevision(ActorDefinition current, ActorDefinition next, bool force) => force || current.Image != next.Image;

    /// <summary>The parameters as they are shown.</summary>
    public static ActorRequest ToParameters(ActorDefinition definition) => new()
    {
        Image = definition.Image,
        Name = definition.Name,
        Description = definition.Description,
        Stateless = definition.Stateless,
        Token = definition.Token,
        Type = definition.Type,
        Hints = definition.Hints,
        Privileged = definition.Privileged,
        UseContainerUid = definition.UseContainerUid,
        MaxWorkers = definition.MaxWorkers,
        MaxCpus = definition.MaxCpus,
        MemLimit = definition.MemLimit,
        DefaultEnvironmentJson = definition.DefaultEnvironmentJson,
        Queue = definition.Queue,
        LogEx = definition.LogEx,
        CronOn = false,
        MaxRunTime = definition.MaxRunTime,
        MaxRetries = definition.MaxRetries,
    };

    private static ActorDefinition Make(ActorRequest request, string? name, bool stateless)
    {
        var unset = new ActorDefinition { Image = request.Image! };
        return unset with
        {
            Name = name,
            Description = request.Description,
            Stateless = stateless,
            Token = request.Token,
            Type = request.Type ?? unset.Type,
            Hints = request.Hints ?? unset.Hints,
            Privileged = request.Privileged ?? unset.Privileged,
            UseContainerUid = request.UseContainerUid ?? unset.UseContainerUid,
            MaxWorkers = request.MaxWorkers,
            MaxCpus = request.MaxCpus,
            MemLimit = request.MemLimit,
            DefaultEnvironmentJson = request.DefaultEnvironmentJson ?? unset.DefaultEnvironmentJson,
            Queue = request.Queue ?? unset.Queue,
            LogEx = request.LogEx ?? unset.LogEx,
            MaxRunTime = request.MaxRunTime,
            MaxRetries = request.MaxRetries ?? unset.MaxRetries,
        };
    }
}
