using Abaco.Actors;
using Abaco.Store;

namespace Abaco.Grains.Tests.Actors;

public sealed class MailboxTests
{
    [Fact]
    public void Settle_OutOfOrder_IsTakenInOrderAndOnlyWithoutGap()
    {
        var mailbox = new Mailbox(0, 0);
        Reserve(mailbox, 3);
        mailbox.Settle(3, "c");
        Assert.Equal((0, false), (mailbox.Count, mailbox.TryTake(out _)));
        mailbox.Settle(1, "a");
        Assert.Equal(["a"], TakeAll(mailbox));
        mailbox.Abandon(2);
        Assert.Equal(["c"], TakeAll(mailbox));
        Assert.Equal((4, false), (mailbox.Reserve(), mailbox.NeedsRefill));
    }

    [Fact]
    public void Requeue_GoesBackToItsPlaceOnce()
    {
        var mailbox = Filled(4);
        mailbox.TryTake(out _);
        mailbox.TryTake(out var second);
        mailbox.TryTake(out _);
        mailbox.Requeue(second.Sequence, second.ExecutionId);
        mailbox.Requeue(second.Sequence, second.ExecutionId);
        mailbox.Requeue(1, "m1");
        Assert.Equal(3, mailbox.Count);
        Assert.Equal(["m1", "m2", "m4"], TakeAll(mailbox));
    }

    [Fact]
    public void Window_BeyondCapacity_OnlyCountsAndReadsOn()
    {
        var mailbox = Filled(Mailbox.Capacity + 500);
        Assert.Equal(Mailbox.Capacity + 500, mailbox.Count);
        Assert.Equal(Mailbox.Capacity, TakeAll(mailbox).Count);
        Assert.Equal((500, true, (Mailbox.Capacity, Mailbox.Capacity + 500L)), (mailbox.Count, mailbox.NeedsRefill, mailbox.RefillRange));

        // One that comes while the rest is being read waits behind it.
        mailbox.Settle(mailbox.Reserve(), "last");
        mailbox.Refill(Mailbox.Capacity, Mailbox.Capacity + 500, Rows(Mailbox.Capacity + 1, 500));
        Assert.Equal(501, mailbox.Count);
        Assert.Equal(500, TakeAll(mailbox).Count);
        Assert.Equal((Mailbox.Capacity + 500, Mailbox.Capacity + 501L), mailbox.RefillRange);
        mailbox.Refill(Mailbox.Capacity + 500, Mailbox.Capacity + 501, [new(Mailbox.Capacity + 501, "last")]);
        Assert.Equal(["last"], TakeAll(mailbox));
        Assert.Equal((0, false), (mailbox.Count, mailbox.NeedsRefill));
    }

    [Fact]
    public void Requeue_BeforeTheRestIsRead_WaitsForLowerOnes()
    {
        // 1, 2 and 4 wait; 3 ran when the activation began and is put back while the first page is read, which may or may not show it.
        foreach (var seen in new[] { false, true })
        {
            var mailbox = new Mailbox(4, 3);
            mailbox.Requeue(3, "m3");
            Assert.Equal((4, true), (mailbox.Count, mailbox.NeedsRefill));
            mailbox.Refill(0, 4, Rows(1, 4).Where(row => seen || row.Sequence != 3));
            Assert.Equal((4, false), (mailbox.Count, mailbox.NeedsRefill));
            Assert.Equal(["m1", "m2", "m3", "m4"], TakeAll(mailbox));
        }
    }

    [Fact]
    public void NeedsRefill_CountTooLow_StillReads()
    {
        // The count is shown, but it never decides whether a message is found.
        var mailbox = new Mailbox(2_000, 1);
        mailbox.Refill(0, 1_024, Rows(1, 1_024));
        TakeAll(mailbox);
        Assert.True(mailbox.NeedsRefill);
    }

    [Fact]
    public void PurgeAll_DropsWhatWaitsAndWhatIsUnderWay()
    {
        var mailbox = Filled(3);
        Reserve(mailbox, 2);
        Assert.Equal(5, mailbox.PurgeAll());
        mailbox.Settle(5, "m5");
        mailbox.Settle(4, "m4");
        mailbox.Settle(mailbox.Reserve(), "m6");
        Assert.Equal(1, mailbox.Count);
        Assert.Equal(["m6"], TakeAll(mailbox));
        Assert.False(mailbox.NeedsRefill);
    }

    [Fact]
    public void PurgeAll_DuringARefill_IgnoresWhatWasRead()
    {
        var mailbox = new Mailbox(10, 10);
        var (after, through) = mailbox.RefillRange;
        mailbox.PurgeAll();
        mailbox.Refill(after, through, Rows(1, 10));
        Assert.Equal((0, false, false), (mailbox.Count, mailbox.NeedsRefill, mailbox.TryTake(out _)));
    }

    [Fact]
    public void Requeue_AfterAPurge_WaitsAgain()
    {
        var mailbox = Filled(2);
        mailbox.TryTake(out var running);
        mailbox.PurgeAll();
        mailbox.Requeue(running.Sequence, running.ExecutionId);
        mailbox.Settle(mailbox.Reserve(), "m3");
        Assert.Equal(["m1", "m3"], TakeAll(mailbox));
    }

    private static Mailbox Filled(int count)
    {
        var mailbox = new Mailbox(0, 0);
        for (var i = 1; i <= count; i++)
            mailbox.Settle(mailbox.Reserve(), $"m{i}");
        return mailbox;
    }

    private static void Reserve(Mailbox mailbox, int count)
    {
        for (var i = 0; i < count; i++)
            mailbox.Reserve();
    }

    private static List<string> TakeAll(Mailbox mailbox)
    {
        var taken = new List<string>();
        while (mailbox.TryTake(out var item))
            taken.Add(item.ExecutionId);
        return taken;
    }

    private static IEnumerable<PendingMessage> Rows(int first, int count) =>
        Enumerable.Range(first, count).Select(sequence => new PendingMessage(sequence, $"m{sequence}"));
}
