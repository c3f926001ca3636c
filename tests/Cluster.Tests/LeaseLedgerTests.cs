using Abaco.Silo.Workers;
using Abaco.Store;

namespace Abaco.Cluster.Tests;

public sealed class LeaseLedgerTests
{
    private readonly LeaseLedger _ledger = new();

    [Fact]
    public void Compare_LeaseWithoutWorkerTwice_IsMissing()
    {
        Assert.Empty(_ledger.Compare([Row("a")], []).Missing);

        Assert.Equal("a", Assert.Single(_ledger.Compare([Row("a")], []).Missing).ExecutionId);
    }

    [Fact]
    public void Compare_LeaseWithoutWorkerOnceThenHeld_IsNeverMissing()
    {
        _ledger.Compare([Row("a")], []);
        _ledger.Compare([Row("a")], [new Holding("w", "a", 1, Asking: false)]);

        Assert.Empty(_ledger.Compare([Row("a")], []).Missing);
    }

    [Fact]
    public void Compare_WorkerOfLeaseIsAsking_IsNotMissing()
    {
        var asking = new Holding("w", null, 0, Asking: true);
        _ledger.Compare([Row("a")], [asking]);

        Assert.Empty(_ledger.Compare([Row("a")], [asking]).Missing);
    }

    [Fact]
    public void Compare_OtherAttemptHeld_IsMissingAndGone()
    {
        var older = new Holding("other", "a", 1, Asking: false);
        _ledger.Compare([Row("a", attempt: 2)], [older]);

        var findings = _ledger.Compare([Row("a", attempt: 2)], [older]);

        Assert.Equal(2, Assert.Single(findings.Missing).Attempt);
        Assert.Equal(1, Assert.Single(findings.Gone).Attempt);
    }

    [Fact]
    public void Compare_HeldWithoutRowWhileTelling_IsNotGone()
    {
        var telling = new Holding("w", "a", 1, Asking: true);
        _ledger.Compare([], [telling]);

        Assert.Empty(_ledger.Compare([], [telling]).Gone);
    }

    [Fact]
    public void Compare_StopRequested_IsToldAtOnce() =>
        Assert.Equal("a", Assert.Single(_ledger.Compare([Row("a") with { StopRequested = true }], []).Stops).ExecutionId);

    private static LeaseRow Row(string execution, int attempt = 1) => new("dev_x", 1, execution, attempt, 0, 0, [], "h", "w", null, false);
}

public sealed class SilentHostsTests
{
    private static readonly TimeSpan Step = TimeSpan.FromSeconds(5);
    private readonly SilentHosts _silent = new(TimeSpan.FromSeconds(15), 2 * Step);

    [Fact]
    public void Look_CounterStandsStillForGrace_IsSilent()
    {
        Assert.Empty(_silent.Look([new HostCount("h", 7)], Step));
        Assert.Empty(_silent.Look([new HostCount("h", 7)], Step));
        Assert.Empty(_silent.Look([new HostCount("h", 7)], Step));

        Assert.Equal(["h"], _silent.Look([new HostCount("h", 7)], Step));
    }

    [Fact]
    public void Look_CounterMoves_BeginsAnew()
    {
        _silent.Look([new HostCount("h", 7)], Step);
        _silent.Look([new HostCount("h", 7)], Step);
        _silent.Look([new HostCount("h", 8)], Step);

        Assert.Empty(_silent.Look([new HostCount("h", 8)], 2 * Step));
    }

    [Fact]
    public void Look_AfterLongGap_CountsTwoStepsOnly()
    {
        // The database was away: the host could not count either.
        _silent.Look([new HostCount("h", 7)], Step);

        Assert.Empty(_silent.Look([new HostCount("h", 7)], TimeSpan.FromHours(1)));
    }
}
