using Abaco.Actors;
using Abaco.Store;

namespace Abaco.Grains.Tests.Actors;

public sealed class ActorStandingTests
{
    private static readonly TimeSpan Now = TimeSpan.FromDays(7);
    private readonly StatusWrites _store = new();

    [Fact]
    public async Task SetAsync_SameAgain_WritesOnce()
    {
        var standing = New(ActorStatus.Submitted);
        await standing.SetAsync(ActorStatus.Submitted, "");
        await standing.SetAsync(ActorStatus.Ready, "");
        await standing.SetAsync(ActorStatus.Ready, "");
        Assert.Equal([(ActorStatus.Ready, "")], _store.Writes);
        Assert.Equal(ActorStatus.Ready, standing.Status);
    }

    [Fact]
    public async Task SetAsync_FailedWrite_ChangesNothingAndMayBeRepeated()
    {
        var standing = New(ActorStatus.Submitted);
        _store.Failure = AbacoException.Unavailable("full");
        await Assert.ThrowsAsync<AbacoException>(() => standing.SetAsync(ActorStatus.Ready, ""));
        Assert.Equal(ActorStatus.Submitted, standing.Status);
        _store.Failure = null;
        await standing.SetAsync(ActorStatus.Ready, "");
        Assert.Equal(ActorStatus.Ready, standing.Status);
    }

    [Fact]
    public async Task ReportAsync_WhileReadyIsBeingWritten_DoesNotTakeItBack()
    {
        var standing = New(ActorStatus.Submitted);
        await standing.ReportAsync("Pulling 10%");
        _store.Hold = new TaskCompletionSource();
        var ready = standing.SetAsync(ActorStatus.Ready, "");
        var late = standing.ReportAsync("Pulling 90%");
        _store.Hold.SetResult();
        await Task.WhenAll(ready, late);
        Assert.Equal((ActorStatus.Ready, ""), (standing.Status, standing.Message));
        Assert.Equal((ActorStatus.Ready, ""), _store.Writes[^1]);
    }

    [Fact]
    public async Task FailedAsync_SixInARow_IsError()
    {
        var standing = New(ActorStatus.Ready);
        var pauses = new List<double>();
        for (var i = 1; i < ActorStanding.MostFailures; i++)
        {
            await standing.FailedAsync($"cause {i}", permanent: false, Now);
            pauses.Add((standing.NotBefore - Now).TotalSeconds);
            Assert.Equal((ActorStatus.Ready, $"cause {i}"), (standing.Status, standing.Message));
        }

        Assert.Equal([0.5, 1, 2, 4, 8], pauses);
        await standing.FailedAsync("cause 6", permanent: false, Now);
        Assert.Equal((ActorStatus.Error, "cause 6"), (standing.Status, standing.Message));
    }

    [Fact]
    public async Task FailedAsync_Permanent_IsErrorAtOnce()
    {
        var standing = New(ActorStatus.Submitted);
        await standing.FailedAsync("no such image", permanent: true, Now);
        Assert.Equal((ActorStatus.Error, "no such image"), (standing.Status, standing.Message));
    }

    [Fact]
    public async Task Recovered_CountsFromZeroAgain()
    {
        var standing = New(ActorStatus.Ready);
        for (var i = 0; i < 20; i++)
        {
            await standing.FailedAsync("passing", permanent: false, Now);
            if (i % 5 == 4)
                standing.Recovered();
        }

        Assert.Equal((ActorStatus.Ready, default(TimeSpan)), (standing.Status, standing.NotBefore));
    }

    private ActorStanding New(ActorStatus status) => new("dev_A1", _store, status, "");

    /// <summary>Keeps what is written of an actor's status; nothing else is asked of it.</summary>
    private sealed class StatusWrites : IActorStore
    {
        public List<(ActorStatus Status, string Message)> Writes { get; } = [];

        public Exception? Failure { get; set; }

        public TaskCompletionSource? Hold { get; set; }

        public Task SetStatusAsync(string actor, ActorStatus status, string message)
        {
            if (Failure is not null)
                return Task.FromException(Failure);
            Writes.Add((status, message));
            return Hold?.Task ?? Task.CompletedTask;
        }

        public Task BeginCreateAsync(ActorRow row) => throw new NotSupportedException();

        public Task CompleteCreateAsync(string actor) => throw new NotSupportedException();

        public Task SetQueueAsync(string actor, string queue) => throw new NotSupportedException();

        public Task BeginDeleteAsync(string actor) => throw new NotSupportedException();

        public Task<bool> RemoveBatchAsync(string actor, int limit) => throw new NotSupportedException();

        public Task<ActorRow?> GetAsync(string actor) => throw new NotSupportedException();

        public Task<IReadOnlyList<ActorListing>> ListAsync(string tenant, string user) => throw new NotSupportedException();

        public Task<IReadOnlyList<ActorRow>> ListHalfMadeAsync(DateTimeOffset before, int limit) => throw new NotSupportedException();

        public Task<IReadOnlyList<ActorDemand>> ListDemandAsync(string queue, string after, int limit) => throw new NotSupportedException();
    }
}
