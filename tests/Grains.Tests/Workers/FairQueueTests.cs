using Abaco.Workers;

namespace Abaco.Grains.Tests.Workers;

public sealed class FairQueueTests
{
    private readonly FairQueue _queue = new();

    [Fact]
    public void TryNext_ManyActors_TakeTurns()
    {
        Report("h1", 100);
        _queue.Want("a", 3);
        _queue.Want("b", 1);
        _queue.Want("c", 2);
        Assert.Equal(["a", "b", "c", "a", "c", "a"], Take("h1", 10));
    }

    [Fact]
    public void Want_Zero_TakesTheWishBack()
    {
        _queue.Want("a", 3);
        _queue.Want("a", 0);
        _queue.Want("b", 0);
        Assert.False(_queue.Wants("a"));
        Assert.False(_queue.TryNext("h1", out _));
    }

    [Fact]
    public void Want_Again_ReplacesTheNumber()
    {
        _queue.Want("a", 5);
        _queue.Want("a", 1);
        Assert.Equal(["a"], Take("h1", 5));
    }

    [Fact]
    public void TryNext_ActorAtItsShare_IsPassedOverWhileAnotherBelowWaits()
    {
        Report("h1", 4, ("greedy", 3));
        _queue.Want("greedy", 10);
        _queue.Want("modest", 1);
        Assert.Equal(["modest", "greedy"], Take("h1", 2));
    }

    [Fact]
    public void TryNext_NobodyElseWaits_OneActorMayHaveAllSlots()
    {
        Report("h1", 4, ("a", 3));
        _queue.Want("a", 1);
        Assert.Equal(["a"], Take("h1", 2));
    }

    [Fact]
    public void TryNext_Granted_CountsUntilTheNextReport()
    {
        // Two hosts of two slots ask before either reports again: the shares still hold.
        Report("h1", 2);
        Report("h2", 2);
        _queue.Want("a", 4);
        _queue.Want("b", 4);
        Assert.Equal(["a", "b"], Take("h1", 2));
        Assert.Equal(["a", "b"], Take("h2", 2));
        Report("h1", 2);
        Report("h2", 2);
        Assert.False(_queue.ShouldYield("a"));
    }

    [Theory]
    [InlineData(8, 0, false)] // nobody else waits
    [InlineData(8, 1, true)]  // above its share of 4
    public void ShouldYield_AboveItsShare_WhileAnotherWaits(int running, int otherWants, bool expected)
    {
        Report("h1", 8, ("a", running));
        _queue.Want("b", otherWants);
        Assert.Equal(expected, _queue.ShouldYield("a"));
    }

    [Fact]
    public void ShouldYield_AtItsShareWithFreeSlots_Stays()
    {
        Report("h1", 8, ("a", 4));
        _queue.Want("b", 1);
        Assert.False(_queue.ShouldYield("a"));
    }

    [Fact]
    public void ShouldYield_AnotherIsAboveItsShare_LeavesItToThatOne()
    {
        Report("h1", 9, ("a", 6), ("b", 3));
        _queue.Want("c", 1);
        Assert.Equal((true, false), (_queue.ShouldYield("a"), _queue.ShouldYield("b")));
    }

    [Fact]
    public void ShouldYield_MoreActorsThanSlots_TakeTurns()
    {
        Report("h1", 2);
        foreach (var actor in new[] { "a", "b", "c" })
            _queue.Want(actor, 1);
        Assert.Equal(["a", "b"], Take("h1", 2));
        Assert.True(_queue.ShouldYield("a"));

        // a gave up its slot and wants it back: c comes first.
        _queue.Want("a", 1);
        Report("h1", 2, ("b", 1));
        Assert.Equal(["c"], Take("h1", 1));
    }

    [Fact]
    public void ShouldYield_OnlySlot_IsSharedToo()
    {
        Report("h1", 1);
        _queue.Want("a", 1);
        Assert.Equal(["a"], Take("h1", 1));
        Assert.False(_queue.ShouldYield("a"));
        _queue.Want("b", 1);
        Assert.True(_queue.ShouldYield("a"));
    }

    [Fact]
    public void RemoveHost_ForgetsItsWorkers()
    {
        Report("h1", 4, ("a", 4));
        Report("h2", 4, ("a", 1));
        _queue.Want("b", 1);
        Assert.True(_queue.ShouldYield("a"));
        _queue.RemoveHost("h1");
        _queue.RemoveHost("h1");
        Assert.False(_queue.ShouldYield("a"));
    }

    private void Report(string host, int slots, params (string Actor, int Workers)[] running) =>
        _queue.SetRunning(host, running.ToDictionary(pair => pair.Actor, pair => pair.Workers), slots);

    private List<string> Take(string host, int most)
    {
        var taken = new List<string>();
        while (taken.Count < most && _queue.TryNext(host, out var actor))
            taken.Add(actor);
        return taken;
    }
}
