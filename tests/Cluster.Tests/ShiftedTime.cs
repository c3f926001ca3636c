namespace Abaco.Cluster.Tests;

/// <summary>The system's clock, shifted as a test likes; timers run as usual, so that a cluster works on it.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private TimeSpan _shift;

    /// <summary>Sets the clock; it goes on from there.</summary>
    public void Set(DateTimeOffset now) => _shift = now - System.GetUtcNow();

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow() + _shift;
}
