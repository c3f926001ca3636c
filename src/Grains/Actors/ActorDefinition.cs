using Abaco.Schedules;

namespace Abaco.Actors;

/// <summary>An actor's parameters as they are kept: checked, with the service's defaults filled in where they never change later.</summary>
internal sealed record ActorDefinition
{
    public required string Image { get; init; }

    public string? Name { get; init; }

    public string? Description { get; init; }

    public bool Stateless { get; init; } = true;

    /// <summary>Null: the tenant's default.</summary>
    public bool? Token { get; init; }

    public string Type { get; init; } = "none";

    public IReadOnlyList<string> Hints { get; init; } = [];

    public bool Privileged { get; init; }

    public bool UseContainerUid { get; init; }

    /// <summary>Null: the configured default.</summary>
    public int? MaxWorkers { get; init; }

    /// <summary>Nanocpus, -1 unlimited, null: the configured default.</summary>
    public long? MaxCpus { get; init; }

    /// <summary>As given, <c>-1</c> unlimited, null: the configured default.</summary>
    public string? MemLimit { get; init; }

    /// <summary>JSON text of an object.</summary>
    public string DefaultEnvironmentJson { get; init; } = "{}";

    public string Queue { get; init; } = ActorDefaults.DefaultQueue;

    /// <summary>Seconds, as asked.</summary>
    public int LogEx { get; init; } = 43_200;

    /// <summary>Seconds, null: the configured default.</summary>
    public int? MaxRunTime { get; init; }

    public int MaxRetries { get; init; }

    /// <summary>Id or alias of the actor that gets its events, as given.</summary>
    public string? Link { get; init; }

    /// <summary>Key of the actor that the link stood for when it was set.</summary>
    public string? LinkActor { get; init; }

    /// <summary>URL that its events are posted to.</summary>
    public string? Webhook { get; init; }

    /// <summary>Whether EXECUTION_STARTED is sent too.</summary>
    public bool StartedEvents { get; init; }

    /// <summary>Its schedule, or null.</summary>
    public CronPlan? Cron { get; init; }
}
