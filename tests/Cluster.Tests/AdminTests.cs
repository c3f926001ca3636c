using Abaco.Actors;
using Abaco.Catalog;
using Abaco.Workers;

namespace Abaco.Cluster.Tests;

public sealed class AdminTests : IAsyncLifetime
{
    private readonly AbacoCluster _abaco = new();

    private IAdminGrain Admin => _abaco.Grains.GetGrain<IAdminGrain>(0);

    public Task InitializeAsync() => _abaco.InitializeAsync();

    public Task DisposeAsync() => _abaco.DisposeAsync();

    [Fact]
    public async Task Reports_WithoutAdminRole_AreRefused()
    {
        Func<Task>[] reports =
        [
            () => Admin.ReportActorsAsync(AbacoCluster.Alice),
            () => Admin.ReportWorkersAsync(AbacoCluster.Alice),
            () => Admin.ReportExecutionsAsync(AbacoCluster.Alice),
        ];

        foreach (var report in reports)
            Assert.Equal(RefusalKind.NotAuthorized, (await Assert.ThrowsAsync<AbacoException>(report)).Kind);
    }

    [Fact]
    public async Task Reports_CoverTheTenantAndNoOther()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await _abaco.RunAsync(actor, "one");
        await _abaco.RunAsync(actor, "two");

        var reported = Assert.Single(await Admin.ReportActorsAsync(AbacoCluster.Admin));
        Assert.Equal((0, 2, TimeSpan.FromSeconds(2)), (reported.Messages, reported.Executions, reported.Runtime));
        var worker = Assert.Single((await Admin.ReportWorkersAsync(AbacoCluster.Admin)).Workers);
        Assert.Equal((WorkerStatus.Ready, worker.Id), (worker.Status, Assert.Single(reported.Workers).Id));
        Assert.Equal(new Utilization(1, 1, 1, 0), await Admin.GetUtilizationAsync(AbacoCluster.Alice));

        var stranger = AbacoCluster.Admin with { Tenant = "other" };
        Assert.Empty(await Admin.ReportActorsAsync(stranger));
        Assert.Empty((await Admin.ReportWorkersAsync(stranger)).Workers);
        Assert.Empty((await Admin.ReportExecutionsAsync(stranger)).Actors);
        Assert.Equal(new Utilization(0, 0, 0, 0), await Admin.GetUtilizationAsync(stranger));
    }

    [Fact]
    public async Task ReportExecutions_DeletedActor_CountsAmongAllOnly()
    {
        var kept = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        var deleted = await _abaco.RegisterAsync(new ActorRequest { Image = "echo" });
        await _abaco.RunAsync(deleted, "x");

        await deleted.DeleteAsync(AbacoCluster.Alice);

        var report = await Admin.ReportExecutionsAsync(AbacoCluster.Admin);
        Assert.Equal(ActorKey.Parse(kept.GetPrimaryKeyString()).ActorId, Assert.Single(report.Actors).ActorId);
        Assert.Equal(new ExecutionTotals(1, 0, 0, TimeSpan.Zero, 0, 0), report.Existing);
        Assert.Equal(new ExecutionTotals(2, 1, 1, TimeSpan.FromSeconds(1), 1_000, 2_000), report.All);
        Assert.Equal(2, (await Admin.GetUtilizationAsync(AbacoCluster.Alice)).TotalActors);
    }

    [Fact]
    public async Task ReportWorkers_ActorInError_HasNone()
    {
        var actor = await _abaco.RegisterAsync(new ActorRequest { Image = "missing" });
        await _abaco.SendAsync(actor, "waits");
        for (var asked = 0; (await actor.GetAsync(AbacoCluster.Alice)).Status != ActorStatus.Error && asked < 6_000; asked++)
            await Task.Delay(20);

        var report = await Admin.ReportWorkersAsync(AbacoCluster.Admin);

        Assert.Equal((0, 1), (report.Workers.Count, report.ActorsWithoutWorkers));
    }
}
