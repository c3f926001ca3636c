namespace Abaco.Executions;

/// <summary>How an attempt ended: a closed value, never an exception. Made by the runner, decided upon by <c>EndingRules</c>.</summary>
[GenerateSerializer, Immutable, Alias("abaco.Ending")]
public abstract record Ending
{
    private Ending()
    {
    }

    /// <summary>
    /// The program ended, in whatever way: exit, signal, out of memory, <c>max_run_time</c>, force-quit, or a command that is missing (127) or not
    /// executable (126).
    /// </summary>
    /// <param name="ExitCode">The exit code, 128 + n for signal n.</param>
    /// <param name="FinalStateJson">JSON text of the engine's State object.</param>
    /// <param name="CpuNanoseconds">CPU time in nanoseconds.</param>
    /// <param name="IoBytes">Bytes received on the network.</param>
    /// <param name="Started">When the container was started.</param>
    /// <param name="Finished">When it ended.</param>
    [GenerateSerializer, Immutable, Alias("abaco.Ending.Exited")]
    public sealed record Exited(
        [property: Id(0)] int ExitCode,
        [property: Id(1)] string FinalStateJson,
        [property: Id(2)] long CpuNanoseconds,
        [property: Id(3)] long IoBytes,
        [property: Id(4)] DateTimeOffset Started,
        [property: Id(5)] DateTimeOffset Finished) : Ending;

    /// <summary>Engine or host lost, or the container gone without a seen exit: the next attempt, dead letter after five.</summary>
    /// <param name="Cause">What a person reads.</param>
    [GenerateSerializer, Immutable, Alias("abaco.Ending.Lost")]
    public sealed record Lost([property: Id(0)] string Cause) : Ending;

    /// <summary>Pull or create failed: no attempt is counted; it waits with backoff, or the actor goes into ERROR.</summary>
    /// <param name="Cause">The engine's own words.</param>
    /// <param name="Permanent">Whether trying again cannot help (no such image, no command).</param>
    [GenerateSerializer, Immutable, Alias("abaco.Ending.CannotStart")]
    public sealed record CannotStart([property: Id(0)] string Cause, [property: Id(1)] bool Permanent) : Ending;
}
