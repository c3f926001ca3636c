using System.Net;
using Abaco.Workers;

namespace Abaco.Grains.Tests.Workers;

public sealed class WorkerPoolTests
{
    private static readonly TimeSpan Now = TimeSpan.FromDays(7);
    private readonly WorkerPool _pool = new();

    [Theory]
    [InlineData(0, 0, 20, false, 0)]
    [InlineData(0, 0, 20, true, 1)]  // SUBMITTED: one must stand, so that the actor becomes READY
    [InlineData(5, 0, 20, false, 5)]
    [InlineData(50, 0, 20, true, 20)]
    [InlineData(5, 3, 20, false, 2)]
    [InlineData(1, 3, 20, false, 0)]
    [InlineData(5, 1, 1, false, 0)]
    public void Wanted_ForWhatWaits_UpToTheMost(long waiting, int standing, int most, bool needsFirst, int expected)
    {
        Stand(standing);
        Assert.Equal(expected, Wanted(waiting, most, needsFirst));
    }

    [Fact]
    public void Wanted_BusyWorkers_CountAsWorkAndAsStanding()
    {
        Stand(2);
        Assert.Equal(3, Wanted(3, 20, false, "w0", "w1"));
        Assert.Equal(0, Wanted(0, 20, false, "w0", "w1"));
    }

    [Fact]
    public void Wanted_LeaseHolderNotHeardOfYet_Stands()
    {
        // A new activation knows the leases from the rows, but none of the workers.
        Assert.Equal(0, Wanted(0, 1, false, "unknown"));
        Assert.Equal(2, Wanted(2, 20, false, "unknown"));
    }

    [Fact]
    public void Wanted_RetiringWorkers_DoNotCount()
    {
        Stand(2);
        _pool.RetireAll();
        Assert.Equal(1, Wanted(1, 20, false, "w0"));
        Assert.Equal(0, Wanted(0, 20, false, "w0"));
    }

    [Fact]
    public void Wanted_Ensured_IsALowerBoundBeyondTheMost()
    {
        _pool.Ensured = 3;
        Assert.Equal(3, Wanted(0, 1, false));
        Stand(2);
        Assert.Equal(1, Wanted(0, 1, false));
    }

    [Fact]
    public void Wanted_SilentWorker_IsGoneUnlessItRunsOrAsks()
    {
        Stand(3);
        var waiter = _pool.Wait("w1");
        var later = Now + WorkerPool.SilentTime + TimeSpan.FromSeconds(1);
        Assert.Equal(0, _pool.Wanted(0, new HashSet<string> { "w0" }, 20, false, later));
        Assert.Equal((true, true, false), (_pool.Knows("w0"), _pool.Knows("w1"), _pool.Knows("w2")));
        _pool.EndWait(waiter);
        Assert.Equal(1, _pool.Wanted(1, new HashSet<string>(), 20, false, later));
    }

    [Fact]
    public async Task WakeOne_WakesTheLatestThatIsNotRetiring()
    {
        Stand(3);
        var waiters = new[] { "w0", "w1", "w2" }.Select(_pool.Wait).ToList();
        _pool.Retire("w2");
        Assert.Equal(IdleAdvice.Retire, await waiters[2].Done.Task);
        Assert.True(_pool.WakeOne());
        Assert.Equal(IdleAdvice.Take, await waiters[1].Done.Task);
        Assert.False(waiters[0].Done.Task.IsCompleted);
        Assert.True(_pool.WakeOne());
        Assert.False(_pool.WakeOne());
    }

    [Fact]
    public void RetireBefore_OlderRevisionsOnly()
    {
        _pool.Heard(Worker("old", 1), Now);
        _pool.Heard(Worker("new", 2), Now);
        _pool.RetireBefore(2);
        Assert.Equal((true, false), (_pool.IsRetiring("old"), _pool.IsRetiring("new")));
        Assert.True(_pool.Remove("old"));
        Assert.Equal((false, false, 1), (_pool.IsRetiring("old"), _pool.Remove("old"), _pool.Count));
        Assert.Equal(Worker("new", 2).Silo, _pool.SiloOf("new"));
        Assert.Null(_pool.SiloOf("old"));
    }

    internal static WorkerRef Worker(string id, int revision = 1) =>
        new(id, "host", "127.0.0.1", "unix:///engine", SiloAddress.New(new IPEndPoint(IPAddress.Loopback, 21000), 1), revision);

    private void Stand(int count)
    {
        for (var i = 0; i < count; i++)
            _pool.Heard(Worker($"w{i}"), Now);
    }

    private int Wanted(long waiting, int most, bool needsFirst, params string[] holders) =>
        _pool.Wanted(waiting, holders.ToHashSet(), most, needsFirst, Now);
}
