using Abaco.Actors;
using Abaco.Events;
using Abaco.Executions;
using Abaco.Store;

namespace Abaco.Grains.Tests;

public sealed class OutboxStoreTests : IAsyncLifetime
{
    private const string Actor = "dev_a";
    private static readonly DateTimeOffset Now = TemporaryStore.Now;
    private readonly TemporaryStore _store = new();
    private long _epoch;

    private IOutboxStore Outbox => _store.Open.Outbox;

    private IMailboxStore Mailbox => _store.Open.Mailbox;

    public async Task InitializeAsync() => _epoch = await _store.CreateAsync(Actor);

    public async Task DisposeAsync() => await _store.DisposeAsync();

    [Fact]
    public async Task Finish_Subscribed_WritesTheEventWithTheOutcomeForEachTarget()
    {
        await SubscribeAsync(link: "dev_b", webhook: "http://here/hook");
        await RunAsync("x", 1);

        await _store.ReopenAsync();

        var link = (await Outbox.ReadAsync(Actor, EventTarget.Link, 10))!;
        var webhook = (await Outbox.ReadAsync(Actor, EventTarget.Webhook, 10))!;
        Assert.Equal(new Subscription("dev_b", "dev_b", "http://api", 0, DateTimeOffset.UnixEpoch), link.Subscription);
        Assert.Equal("http://here/hook", webhook.Subscription.Address);
        var happened = Assert.Single(link.Events);
        Assert.Equal(
            (EventType.ExecutionComplete, Now.AddMinutes(1), "x", "COMPLETE", 7), (happened.Type, happened.Time, happened.ExecutionId, happened.Status, happened.ExitCode));
        Assert.Equal(happened.EventId, Assert.Single(webhook.Events).EventId);
        Assert.Equal([Actor], await Outbox.ListWaitingAsync(Now, 10));
    }

    [Fact]
    public async Task Finish_SecondTimeOrStaleAttempt_WritesNoSecondEvent()
    {
        await SubscribeAsync(link: "dev_b");
        await RunAsync("x", 1);

        Assert.False((await Mailbox.FinishAndTakeAsync(Actor, _epoch, Outcome("x", 1), null)).Recorded);
        Assert.False((await Mailbox.FinishAndTakeAsync(Actor, _epoch, Outcome("x", 2), null)).Recorded);

        Assert.Single((await Outbox.ReadAsync(Actor, EventTarget.Link, 10))!.Events);
    }

    [Fact]
    public async Task Finish_Requeued_WritesNoEventAndADeadLetterDoes()
    {
        await SubscribeAsync(link: "dev_b");
        await AdmitAsync("x", 1);
        await TakeAsync("x");
        await Mailbox.FinishAndTakeAsync(Actor, _epoch, Outcome("x", 1) with { Status = ExecutionStatus.Submitted, Exited = null }, null);
        Assert.Empty((await Outbox.ReadAsync(Actor, EventTarget.Link, 10))!.Events);
        await TakeAsync("x");

        await Mailbox.FinishAndTakeAsync(Actor, _epoch, Outcome("x", 2) with { Status = ExecutionStatus.Error, Exited = null }, null);

        var happened = Assert.Single((await Outbox.ReadAsync(Actor, EventTarget.Link, 10))!.Events);
        Assert.Equal(("ERROR", null), (happened.Status, happened.ExitCode));
    }

    [Fact]
    public async Task Take_StartedEventsWanted_AreWrittenInOrder()
    {
        await SubscribeAsync(link: "dev_b", started: true);

        await RunAsync("x", 1);

        Assert.Equal(
            [EventType.ExecutionStarted, EventType.ExecutionComplete], (await Outbox.ReadAsync(Actor, EventTarget.Link, 10))!.Events.Select(row => row.Type));
    }

    [Fact]
    public async Task SetStatus_OnlyChangesToReadyAndError_AreEvents()
    {
        await SubscribeAsync(link: "dev_b");

        await _store.Open.Actors.SetStatusAsync(Actor, ActorStatus.Submitted, "Pulling");
        await _store.Open.Actors.SetStatusAsync(Actor, ActorStatus.Ready, "");
        await _store.Open.Actors.SetStatusAsync(Actor, ActorStatus.Ready, "again");
        await _store.Open.Actors.SetStatusAsync(Actor, ActorStatus.Error, "no such image");

        Assert.Equal(
            [(EventType.ActorReady, "READY", null), (EventType.ActorError, "ERROR", "no such image")],
            (await Outbox.ReadAsync(Actor, EventTarget.Link, 10))!.Events.Select(row => (row.Type, row.Status, row.StatusMessage)));
    }

    [Fact]
    public async Task Finish_NoTarget_WritesNothing()
    {
        await RunAsync("x", 1);

        Assert.Null(await Outbox.ReadAsync(Actor, EventTarget.Link, 10));
        Assert.Empty(await Outbox.ListWaitingAsync(Now, 10));
    }

    [Fact]
    public async Task Remove_AfterEachReopen_NextIsTheOldestLeft()
    {
        await SubscribeAsync(link: "dev_b");
        foreach (var (id, sequence) in new[] { ("x", 1), ("y", 2), ("z", 3) })
            await RunAsync(id, sequence);

        foreach (var expected in new[] { "x", "y", "z" })
        {
            await _store.ReopenAsync();
            var oldest = (await Outbox.ReadAsync(Actor, EventTarget.Link, 1))!.Events.Single();
            Assert.Equal(expected, oldest.ExecutionId);
            await Outbox.RemoveAsync(Actor, EventTarget.Link, oldest.Id);
            await Outbox.RemoveAsync(Actor, EventTarget.Link, oldest.Id);
        }

        await _store.ReopenAsync();
        Assert.Empty((await Outbox.ReadAsync(Actor, EventTarget.Link, 1))!.Events);
        Assert.Empty(await Outbox.ListWaitingAsync(Now.AddDays(1), 10));
    }

    [Fact]
    public async Task Postpone_UntilItsTime_IsNotListed()
    {
        await SubscribeAsync(link: "dev_b");
        await RunAsync("x", 1);

        await Outbox.PostponeAsync(Actor, EventTarget.Link, 3, Now.AddMinutes(5));
        await _store.ReopenAsync();

        Assert.Empty(await Outbox.ListWaitingAsync(Now.AddMinutes(4), 10));
        Assert.Equal([Actor], await Outbox.ListWaitingAsync(Now.AddMinutes(5), 10));
        Assert.Equal(3, (await Outbox.ReadAsync(Actor, EventTarget.Link, 1))!.Subscription.Attempts);
    }

    [Fact]
    public async Task CompleteUpdate_NewAddress_IsTriedAtOnceAndTheSameIsNot()
    {
        await SubscribeAsync(webhook: "http://old");
        await RunAsync("x", 1);
        await Outbox.PostponeAsync(Actor, EventTarget.Webhook, 3, Now.AddMinutes(5));

        await SubscribeAsync(webhook: "http://old");
        Assert.Equal(3, (await Outbox.ReadAsync(Actor, EventTarget.Webhook, 1))!.Subscription.Attempts);
        await SubscribeAsync(webhook: "http://new");

        var page = (await Outbox.ReadAsync(Actor, EventTarget.Webhook, 1))!;
        Assert.Equal(("http://new", 0, DateTimeOffset.UnixEpoch), (page.Subscription.Address, page.Subscription.Attempts, page.Subscription.NotBefore));
        Assert.Single(page.Events);
    }

    [Fact]
    public async Task CompleteUpdate_AddressTakenAway_WhatWaitsCanBeDroppedThenTheTargetIsGone()
    {
        await SubscribeAsync(webhook: "http://here");
        await RunAsync("x", 1);
        await RunAsync("y", 2);

        await SubscribeAsync();
        await RunAsync("z", 3);

        var page = (await Outbox.ReadAsync(Actor, EventTarget.Webhook, 10))!;
        Assert.Null(page.Subscription.Address);
        Assert.Equal(["x", "y"], page.Events.Select(row => row.ExecutionId));
        Assert.Equal(2, await Outbox.DropAsync(Actor, EventTarget.Webhook, DateTimeOffset.MaxValue, 10));
        Assert.Null(await Outbox.ReadAsync(Actor, EventTarget.Webhook, 10));
    }

    [Fact]
    public async Task Drop_OnlyEventsOfBefore_AreRemoved()
    {
        await SubscribeAsync(webhook: "http://here");
        await RunAsync("x", 1);
        await RunAsync("y", 2);

        Assert.Equal(1, await Outbox.DropAsync(Actor, EventTarget.Webhook, Now.AddMinutes(2), 10));

        Assert.Equal("y", Assert.Single((await Outbox.ReadAsync(Actor, EventTarget.Webhook, 10))!.Events).ExecutionId);
    }

    [Fact]
    public async Task BeginDelete_EventsWaiting_AreNotDeliveredAnyMoreAndGoWithTheActor()
    {
        await SubscribeAsync(webhook: "http://here");
        await RunAsync("x", 1);

        await _store.Open.Actors.BeginDeleteAsync(Actor);

        Assert.Null(await Outbox.ReadAsync(Actor, EventTarget.Webhook, 10));
        Assert.Empty(await Outbox.ListWaitingAsync(Now, 10));
        Assert.True(await _store.Open.Actors.RemoveBatchAsync(Actor, 100));
    }

    [Fact]
    public async Task Relink_WouldCloseACycle_IsRefusedAndElseTheNewTargetCounts()
    {
        await _store.CreateAsync("dev_b");
        await _store.CreateAsync("dev_c");
        await SubscribeAsync(link: "dev_b");
        await _store.Open.Duties.BeginUpdateAsync("dev_c", Actor, Now);

        Assert.False(await _store.Open.Duties.RelinkAsync(Actor, "dev_c"));
        Assert.False(await _store.Open.Duties.RelinkAsync(Actor, Actor));
        Assert.True(await _store.Open.Duties.RelinkAsync("dev_c", "dev_b"));
        Assert.True(await _store.Open.Duties.RelinkAsync(Actor, "dev_c"));
        Assert.Equal(UpdateStart.Cycle, await _store.Open.Duties.BeginUpdateAsync("dev_b", Actor, Now));
    }

    private static OutcomeRow Outcome(string id, int attempt, int minute = 1)
    {
        var time = Now.AddMinutes(minute);
        return new OutcomeRow(id, attempt, ExecutionStatus.Complete, new Ending.Exited(7, "{}", 0, 0, time, time), null, false, false, time);
    }

    private Task SubscribeAsync(string? link = null, string? webhook = null, bool started = false) => _store.Open.Duties.CompleteUpdateAsync(
        Actor, new Duties("default", link, link, webhook, started, "http://api", null, null));

    private Task AdmitAsync(string id, long sequence) => Mailbox.AdmitAsync(_epoch, TemporaryStore.Row(Actor, sequence, id));

    private async Task TakeAsync(string id) =>
        Assert.NotNull((await Mailbox.TakeAsync(Actor, _epoch, new TakeRequest(id, "host", "worker", Now))).Message);

    private async Task RunAsync(string id, int sequence)
    {
        await AdmitAsync(id, sequence);
        await TakeAsync(id);
        Assert.True((await Mailbox.FinishAndTakeAsync(Actor, _epoch, Outcome(id, 1, sequence), null)).Recorded);
    }
}
