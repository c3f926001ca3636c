using Abaco.Store;

namespace Abaco.Grains.Tests;

public sealed class KeyedAdmissionTests : IAsyncLifetime
{
    private const string Actor = "dev_a";
    private readonly TemporaryStore _store = new();
    private long _epoch;

    private IMailboxStore Mailbox => _store.Open.Mailbox;

    public async Task InitializeAsync() => _epoch = await _store.CreateAsync(Actor);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Admit_Several_AreAllThereInOrder()
    {
        var result = await Mailbox.AdmitAsync(_epoch, Rows(1, "x", "y", "z"), null);

        Assert.Equal((Admission.Written, 3), (result.Admission, result.ExecutionIds.Count));
        Assert.Equal(["x", "y", "z"], (await Mailbox.ReadPendingAsync(Actor, 0, 10, 10)).Select(message => message.ExecutionId));
    }

    [Fact]
    public async Task Admit_OneOfSeveralFails_NoneIsThere()
    {
        await Mailbox.AdmitAsync(_epoch, Rows(1, "taken"), null);

        await Assert.ThrowsAsync<InvalidOperationException>(() => Mailbox.AdmitAsync(_epoch, Rows(2, "x", "taken", "z"), Key("k", "1")));

        Assert.Equal(["taken"], (await Mailbox.ReadPendingAsync(Actor, 0, 10, 10)).Select(message => message.ExecutionId));
        Assert.Null(await Mailbox.FindKeyAsync(Actor, Key("k", "1")));
    }

    [Fact]
    public async Task Admit_SameKeyAfterReopen_AnswersAsTheFirstTime()
    {
        await Mailbox.AdmitAsync(_epoch, Rows(1, "x", "y"), Key("k", "1"));
        await _store.ReopenAsync();
        var epoch = (await Mailbox.OpenAsync(Actor))!.Epoch;

        var again = await Mailbox.AdmitAsync(epoch, Rows(3, "p", "q"), Key("k", "1"));

        Assert.Equal(Admission.Earlier, again.Admission);
        Assert.Equal(["x", "y"], again.ExecutionIds);
        Assert.Equal(2, (await Mailbox.OpenAsync(Actor))!.Pending);
    }

    [Fact]
    public async Task Admit_SameKeyOtherDigest_IsTaken()
    {
        await Mailbox.AdmitAsync(_epoch, Rows(1, "x"), Key("k", "1"));

        var other = await Mailbox.AdmitAsync(_epoch, Rows(2, "y"), Key("k", "2"));

        Assert.Equal(Admission.KeyTaken, other.Admission);
        Assert.Equal(1, (await Mailbox.OpenAsync(Actor))!.Pending);
    }

    [Fact]
    public async Task Admit_SameKeyAtTheSameTime_OneWrites()
    {
        var calls = Enumerable.Range(1, 50).Select(number => Mailbox.AdmitAsync(_epoch, Rows(number, $"x{number}"), Key("k", "1")));

        var results = await Task.WhenAll(calls);

        Assert.Single(results, result => result.Admission == Admission.Written);
        Assert.Single(results.Select(result => result.ExecutionIds.Single()).Distinct());
        Assert.Equal(1, (await Mailbox.OpenAsync(Actor))!.Pending);
    }

    [Fact]
    public async Task Admit_SameKeyOfAnotherActor_IsAnotherKey()
    {
        var epoch = await _store.CreateAsync("dev_b");
        await Mailbox.AdmitAsync(_epoch, Rows(1, "x"), Key("k", "1"));

        var other = await Mailbox.AdmitAsync(epoch, [TemporaryStore.Row("dev_b", 1, "y")], Key("k", "2"));

        Assert.Equal(Admission.Written, other.Admission);
    }

    [Fact]
    public async Task Admit_ExpiredKey_MayBeUsedAnew()
    {
        await Mailbox.AdmitAsync(_epoch, Rows(1, "x"), Key("k", "1"));
        var later = TemporaryStore.Now.AddHours(24);

        var anew = await Mailbox.AdmitAsync(_epoch, Rows(2, "y"), new KeyRow("k", "2", later, later.AddHours(24)));

        Assert.Equal(Admission.Written, anew.Admission);
        Assert.Equal(Admission.Earlier, (await Mailbox.FindKeyAsync(Actor, new KeyRow("k", "2", later, later)))!.Admission);
    }

    [Fact]
    public async Task ExpireKeys_OnlyTheExpired_AreRemoved()
    {
        await Mailbox.AdmitAsync(_epoch, Rows(1, "x"), Key("old", "1"));
        await Mailbox.AdmitAsync(_epoch, Rows(2, "y"), Key("new", "1") with { Expires = TemporaryStore.Now.AddHours(25) });

        Assert.Equal(1, await Mailbox.ExpireKeysAsync(TemporaryStore.Now.AddHours(24), 10));

        Assert.NotNull(await Mailbox.FindKeyAsync(Actor, Key("new", "1")));
    }

    [Fact]
    public async Task Admit_LostEpoch_WritesNothing()
    {
        await Mailbox.OpenAsync(Actor);

        var result = await Mailbox.AdmitAsync(_epoch, Rows(1, "x", "y"), Key("k", "1"));

        Assert.Equal(Admission.EpochLost, result.Admission);
        Assert.Null(await Mailbox.FindKeyAsync(Actor, Key("k", "1")));
        Assert.Equal(0, (await Mailbox.OpenAsync(Actor))!.Pending);
    }

    private static KeyRow Key(string key, string digest) => new(key, digest, TemporaryStore.Now, TemporaryStore.Now.AddHours(24));

    private static MessageRow[] Rows(long first, params string[] ids) => [.. ids.Select((id, i) => TemporaryStore.Row(Actor, first + i, id))];
}
