namespace Abaco.Actors;

/// <summary>
/// The parameters of POST and PUT on an actor, as parsed from the request: <see langword="null"/> means absent.
/// Types are right already; every other rule is checked by the actor.
/// </summary>
[GenerateSerializer, Immutable, Alias("abaco.ActorRequest")]
public sealed record ActorRequest
{
    /// <summary>Image reference; required.</summary>
    [Id(0)] public string? Image { get; init; }

    /// <summary>The actor's name; ignored by PUT.</summary>
    [Id(1)] public string? Name { get; init; }

    /// <summary>Free text.</summary>
    [Id(2)] public string? Description { get; init; }

    /// <summary>False: executions never overlap and the state API is on. Default true.</summary>
    [Id(3)] public bool? Stateless { get; init; }

    /// <summary>Whether executions get an access token; unset means the tenant's default.</summary>
    [Id(4)] public bool? Token { get; init; }

    /// <summary>Stored only. Default <c>none</c>.</summary>
    [Id(5)] public string? Type { get; init; }

    /// <summary>Actor id or alias that receives this actor's events.</summary>
    [Id(6)] public string? Link { get; init; }

    /// <summary>URL that receives this actor's events.</summary>
    [Id(7)] public string? Webhook { get; init; }

    /// <summary>Simple strings; <c>sync</c> and <c>json</c> mean something.</summary>
    [Id(8)] public IReadOnlyList<string>? Hints { get; init; }

    /// <summary>Privileged container with the engine's socket; role-guarded. Default false.</summary>
    [Id(9)] public bool? Privileged { get; init; }

    /// <summary>The image's own user instead of the configured uid:gid. Default false.</summary>
    [Id(10)] public bool? UseContainerUid { get; init; }

    /// <summary>Most workers at a time, at least 1; unset means the configured default.</summary>
    [Id(11)] public int? MaxWorkers { get; init; }

    /// <summary>CPU limit in nanocpus (10⁹ = one core), -1 unlimited; unset means the configured default.</summary>
    [Id(12)] public long? MaxCpus { get; init; }

    /// <summary>Memory limit such as <c>512m</c> or <c>3g</c>, <c>-1</c> unlimited; unset means the configured default.</summary>
    [Id(13)] public string? MemLimit { get; init; }

    /// <summary>JSON text of an object: environment of every execution; values may be any JSON, null removes a variable.</summary>
    [Id(14)] public string? DefaultEnvironmentJson { get; init; }

    /// <summary>One of the configured queues. Default <c>default</c>.</summary>
    [Id(15)] public string? Queue { get; init; }

    /// <summary>Seconds that logs are kept, default 43,200; shown as asked, capped when applied.</summary>
    [Id(16)] public int? LogEx { get; init; }

    /// <summary>Schedule of the form <c>start + n unit</c> or a 5-field cron expression.</summary>
    [Id(17)] public string? CronSchedule { get; init; }

    /// <summary>False pauses, true resumes the schedule.</summary>
    [Id(18)] public bool? CronOn { get; init; }

    /// <summary>PUT only: pull again though the image name is unchanged.</summary>
    [Id(19)] public bool? Force { get; init; }

    /// <summary>Longest run of one container in seconds; unset means the configured default (unlimited).</summary>
    [Id(20)] public int? MaxRunTime { get; init; }

    /// <summary>Runs after a non-zero exit, 0 (default) to 10.</summary>
    [Id(21)] public int? MaxRetries { get; init; }

    /// <summary>Whether link and webhook get EXECUTION_STARTED events too. Default false.</summary>
    [Id(22)] public bool? StartedEvents { get; init; }
}
