using Abaco.Access;
using Abaco.Schedules;

namespace Abaco.Actors;

/// <summary>What POST and PUT make of an actor's parameters (rest-api.md, Actors). Pure; every broken rule is named at once.</summary>
internal static class ActorRules
{
    /// <summary>The definition of a new actor.</summary>
    /// <exception cref="AbacoException">Invalid or NotAuthorized.</exception>
    public static ActorDefinition Create(Caller caller, ActorRequest request, ActorDefaults defaults, DateTimeOffset now)
    {
        var cron = CronRules.Plan(null, request.CronSchedule, request.CronOn, now, out var cronError);
        ActorChecks.Run(caller, request, request.Stateless ?? true, defaults, Found(cronError));
        return Make(request, request.Name, request.Stateless ?? true) with { Cron = cron };
    }

    /// <summary>The definition after a PUT: absent parameters fall back to their defaults, but name, <c>stateless</c> and the schedule stay.</summary>
    /// <exception cref="AbacoException">Invalid or NotAuthorized.</exception>
    public static ActorDefinition Update(Caller caller, ActorDefinition current, ActorRequest request, ActorDefaults defaults, DateTimeOffset now)
    {
        var stateless = request.Stateless ?? current.Stateless;
        var cron = CronRules.Plan(current.Cron, request.CronSchedule, request.CronOn, now, out var cronError);
        var statelessError = stateless && !current.Stateless ? "stateless: a stateful actor cannot become stateless." : null;
        ActorChecks.Run(caller, request with { Name = null }, stateless, defaults, Found(statelessError, cronError));
        return Make(request, current.Name, stateless) with { Cron = cron };
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
        Link = definition.Link,
        Webhook = definition.Webhook,
        StartedEvents = definition.StartedEvents,
        Hints = definition.Hints,
        Privileged = definition.Privileged,
        UseContainerUid = definition.UseContainerUid,
        MaxWorkers = definition.MaxWorkers,
        MaxCpus = definition.MaxCpus,
        MemLimit = definition.MemLimit,
        DefaultEnvironmentJson = definition.DefaultEnvironmentJson,
        Queue = definition.Queue,
        LogEx = definition.LogEx,
        CronSchedule = definition.Cron?.Schedule,
        CronOn = definition.Cron is { On: true },
        MaxRunTime = definition.MaxRunTime,
        MaxRetries = definition.MaxRetries,
    };

    private static List<string> Found(params ReadOnlySpan<string?> errors)
    {
        var found = new List<string>();
        foreach (var error in errors)
            if (error is not null)
                found.Add(error);
        return found;
    }

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
            Link = string.IsNullOrEmpty(request.Link) ? null : request.Link,
            Webhook = string.IsNullOrEmpty(request.Webhook) ? null : request.Webhook,
            StartedEvents = request.StartedEvents ?? unset.StartedEvents,
        };
    }
}
