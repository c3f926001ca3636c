using Abaco.Store;

namespace Abaco.Grains.Tests.Store.Contract;

/// <summary>What <see cref="ILogStore"/> promises.</summary>
public abstract class LogStoreContract<TFixture>(TFixture fixture) : IClassFixture<TFixture>
    where TFixture : StoreFixture
{
    private static readonly DateTimeOffset Start = StoreFixture.Start;

    private ILogStore Logs => fixture.Store.Logs;

    public static TheoryData<string> Texts =>
        ["", "line\nline\n", "é 漢字 \U0001f600", "\ufeffbegins with a mark", "nul \0 inside", "\u001b[31mred\r", string.Concat(Enumerable.Repeat("0123456789é", 90_000))];

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task CommitAsync_Text_ReadsBackTheSame(string text)
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        await Logs.CommitAsync(actor.Key, id, 1, text, Start);
        Assert.Equal(text, await Logs.ReadAsync(actor.Key, id, Start));
    }

    [Fact]
    public async Task CommitAsync_SameOrLaterAttempt_ReplacesAndAnEarlierOneDoesNot()
    {
        var actor = await fixture.NewActorAsync();
        var id = await actor.RunningAsync();
        foreach (var (attempt, text, expected) in new[] { (2, "second", "second"), (2, "again", "again"), (1, "late", "again"), (3, "third", "third") })
        {
            await Logs.CommitAsync(actor.Key, id, attempt, text, Start.AddDays(1));
            Assert.Equal(expected, await Logs.ReadAsync(actor.Key, id, Start));
        }
    }

    [Fact]
    public async Task CommitAsync_NoSuchExecution_KeepsNothing()
    {
        var actor = await fixture.NewActorAsync();
        await Logs.CommitAsync(actor.Key, "nothing", 1, "text", Start.AddDays(1));
        Assert.Null(await Logs.ReadAsync(actor.Key, "nothing", Start));
    }

    [Fact]
    public async Task ExpireAsync_Expired_IsNotShownAndGoesInBatches()
    {
        var actor = await fixture.NewActorAsync();
        var ids = await actor.AdmitAsync(4);
        while (await Logs.ExpireAsync(Start.AddYears(1), 100) > 0)
        {
        }

        for (var i = 0; i < 4; i++)
            await Logs.CommitAsync(actor.Key, ids[i], 1, $"log {i}", Start.AddHours(i < 3 ? 1 : 2));
        var later = Start.AddHours(1).AddSeconds(1);
        Assert.Equal("log 0", await Logs.ReadAsync(actor.Key, ids[0], Start.AddHours(1)));
        Assert.Null(await Logs.ReadAsync(actor.Key, ids[0], later));
        Assert.Equal((2, 1, 0), (await Logs.ExpireAsync(later, 2), await Logs.ExpireAsync(later, 2), await Logs.ExpireAsync(later, 2)));
        Assert.Null(await Logs.ReadAsync(actor.Key, ids[0], Start));
        Assert.Equal("log 3", await Logs.ReadAsync(actor.Key, ids[3], later));
    }
}
