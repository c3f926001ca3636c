using Abaco.Store;

namespace Abaco.Grains.Tests;

public sealed class DutyStoreTests : IAsyncLifetime
{
    private const string Actor = "dev_a";
    private static readonly DateTimeOffset Now = TemporaryStore.Now;
    private static readonly DateTimeOffset Next = Now.AddHours(1);
    private readonly TemporaryStore _store = new();
    private long _epoch;

    private IDutyStore Duties => _store.Open.Duties;

    public async Task InitializeAsync() => _epoch = await _store.CreateAsync(Actor);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task ListDue_OnlyDueOfLiveActors_LongestDueFirst()
    {
        await _store.CreateAsync("dev_b");
        await _store.CreateAsync("dev_c");
        await _store.CreateAsync("dev_d");
        await Duties.CompleteUpdateAsync(Actor, Scheduled(Now));
        await Duties.CompleteUpdateAsync("dev_b", Scheduled(Now.AddHours(-1)));
        await Duties.CompleteUpdateAsync("dev_c", Scheduled(Next));
        await Duties.CompleteUpdateAsync("dev_d", Scheduled(null));

        Assert.Equal(["dev_b", Actor], await Duties.ListDueAsync(Now, 10));
        await _store.Open.Actors.BeginDeleteAsync("dev_b");
        Assert.Equal([Actor], await Duties.ListDueAsync(Now, 10));
    }

    [Fact]
    public async Task AdmitDue_Twice_WritesOneMessage()
    {
        await Duties.CompleteUpdateAsync(Actor, Scheduled(Now));

        var first = await Duties.AdmitDueAsync(_epoch, TemporaryStore.Row(Actor, 1, "x"), Now, Next);
        await _store.ReopenAsync();
        var epoch = (await _store.Open.Mailbox.OpenAsync(Actor))!.Epoch;
        var again = await Duties.AdmitDueAsync(epoch, TemporaryStore.Row(Actor, 2, "y"), Now, Next);

        Assert.Equal((Admission.Written, Admission.Earlier), (first.Admission, again.Admission));
        Assert.Equal(new DutyRow(false, "rule", Next), await Duties.ReadAsync(Actor));
        Assert.Equal(1, (await _store.Open.Mailbox.OpenAsync(Actor))!.Pending);
    }

    [Fact]
    public async Task AdmitDue_LostEpoch_LeavesTheRunDue()
    {
        await Duties.CompleteUpdateAsync(Actor, Scheduled(Now));
        await _store.Open.Mailbox.OpenAsync(Actor);

        var result = await Duties.AdmitDueAsync(_epoch, TemporaryStore.Row(Actor, 1, "x"), Now, Next);

        Assert.Equal(Admission.EpochLost, result.Admission);
        Assert.Equal(Now, (await Duties.ReadAsync(Actor)).Due);
    }

    [Fact]
    public async Task BeginUpdate_CutOff_IsListedAsHalfMadeUntilCompleted()
    {
        await Duties.BeginUpdateAsync(Actor, null, Now);
        await _store.ReopenAsync();

        Assert.True((await Duties.ReadAsync(Actor)).Changing);
        Assert.Empty(await _store.Open.Actors.ListHalfMadeAsync(Now, 10));
        Assert.Equal(Actor, Assert.Single(await _store.Open.Actors.ListHalfMadeAsync(Now.AddSeconds(1), 10)).Actor);
        await Duties.CompleteUpdateAsync(Actor, Scheduled(Now) with { Queue = "other" });
        Assert.False((await Duties.ReadAsync(Actor)).Changing);
        Assert.Empty(await _store.Open.Actors.ListHalfMadeAsync(Now.AddDays(1), 10));
        Assert.Equal("other", (await _store.Open.Actors.GetAsync(Actor))!.Queue);
    }

    [Fact]
    public async Task BeginUpdate_LinksThatWouldFormACycleTogether_OneIsRefused()
    {
        await _store.CreateAsync("dev_b");

        var starts = await Task.WhenAll(Duties.BeginUpdateAsync(Actor, "dev_b", Now), Duties.BeginUpdateAsync("dev_b", Actor, Now));

        Assert.Equal([UpdateStart.Begun, UpdateStart.Cycle], starts.Order());
    }

    [Fact]
    public async Task BeginUpdate_LongCycleOrSelf_IsRefusedAndAnotherWayIsNot()
    {
        foreach (var actor in new[] { "dev_b", "dev_c", "dev_d" })
            await _store.CreateAsync(actor);
        await LinkAsync(Actor, "dev_b");
        await LinkAsync("dev_b", "dev_c");

        Assert.Equal(UpdateStart.Cycle, await Duties.BeginUpdateAsync(Actor, Actor, Now));
        Assert.Equal(UpdateStart.Cycle, await Duties.BeginUpdateAsync("dev_c", Actor, Now));
        Assert.Equal(UpdateStart.Begun, await Duties.BeginUpdateAsync("dev_c", "dev_d", Now));
        Assert.Equal(UpdateStart.Begun, await Duties.BeginUpdateAsync("dev_d", null, Now));
    }

    [Fact]
    public async Task BeginUpdate_WhileTheOldLinkStands_BothCountUntilCompleted()
    {
        await _store.CreateAsync("dev_b");
        await _store.CreateAsync("dev_c");
        await LinkAsync(Actor, "dev_b");
        await Duties.BeginUpdateAsync(Actor, "dev_c", Now);

        Assert.Equal(UpdateStart.Cycle, await Duties.BeginUpdateAsync("dev_b", Actor, Now));
        Assert.Equal(UpdateStart.Cycle, await Duties.BeginUpdateAsync("dev_c", Actor, Now));
        await Duties.CompleteUpdateAsync(Actor, Linked("dev_c"));
        Assert.Equal(UpdateStart.Begun, await Duties.BeginUpdateAsync("dev_b", Actor, Now));
    }

    [Fact]
    public async Task BeginDelete_Linked_OpensTheWayBack()
    {
        await _store.CreateAsync("dev_b");
        await LinkAsync(Actor, "dev_b");

        await _store.Open.Actors.BeginDeleteAsync(Actor);

        Assert.Equal(UpdateStart.Gone, await Duties.BeginUpdateAsync(Actor, null, Now));
        Assert.Equal(UpdateStart.Begun, await Duties.BeginUpdateAsync("dev_b", Actor, Now));
    }

    private static Duties Scheduled(DateTimeOffset? due) => new("default", null, null, null, false, "", "rule", due);

    private static Duties Linked(string target) => new("default", target, target, null, false, "http://here", null, null);

    private async Task LinkAsync(string actor, string target)
    {
        Assert.Equal(UpdateStart.Begun, await Duties.BeginUpdateAsync(actor, target, Now));
        await Duties.CompleteUpdateAsync(actor, Linked(target));
    }
}
