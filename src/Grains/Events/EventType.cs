namespace Abaco.Events;

/// <summary>What happened to an actor. The numbers are stored.</summary>
public enum EventType
{
    /// <summary>The actor is ready to run messages.</summary>
    ActorReady,

    /// <summary>The actor is in ERROR until a good PUT.</summary>
    ActorError,

    /// <summary>An execution has ended.</summary>
    ExecutionComplete,

    /// <summary>A worker took an execution; sent to those who asked for it.</summary>
    ExecutionStarted,
}

/// <summary>Where events go. The numbers are stored.</summary>
public enum EventTarget
{
    /// <summary>A linked actor.</summary>
    Link,

    /// <summary>A URL.</summary>
    Webhook,
}
