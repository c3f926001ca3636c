using Abaco.Access;
using Abaco.Executions;
using Abaco.Messages;
using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Actors;

/// <summary>
/// One Abaco actor, key <c>{tenant}_{actorId}</c>. Durable: definition, state and permissions in grain storage; status, epoch and totals in the actor's row;
/// messages, leases and outcomes in the executions table. A crash loses nothing acknowledged: the next activation raises the epoch and reads the rows; a
/// creation or deletion cut in two is finished by the sweeper through <see cref="SettleAsync"/>.
/// </summary>
[GrainType("actor")]
internal sealed class ActorGrain([PersistentState("actor")] IPersistentState<ActorState> storage, ActorParts parts)
    : Grain, IActorGrain, IActorWork, IActorInbox
{
    private ActorKey _key;
    private Dispatcher? _dispatcher;
    private ActorStanding? _standing;
    private WorkDesk? _desk;
    private MailDesk? _mail;
    private DutyDesk? _duties;

    private string Actor => _key.ToString();

    private DutyDesk Duties => _duties ??= new DutyDesk(_key, () => storage.State, parts, GrainFactory);

    private DateTimeOffset Now => parts.Time.GetUtcNow();

    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        _key = ActorKey.Parse(this.GetPrimaryKeyString());
        this.RegisterGrainTimer(AnnounceAgain, TimeSpan.FromSeconds(15), TimeSpan.FromSeconds(15));
        if (storage.RecordExists && storage.State.Definition is not null)
            await OpenAsync();
    }

    public async Task<ActorSnapshot> CreateAsync(Caller caller, ActorRequest request)
    {
        if (_desk is not null)
            return await GetAsync(caller);
        var now = Now;
        var definition = await Duties.ResolveAsync(caller, ActorRules.Create(caller, request, parts.Defaults, now));
        await parts.Actors.BeginCreateAsync(
            new ActorRow(Actor, caller.User, definition.Queue, ActorPhase.Creating, ActorStatus.Submitted, "", now));
        var state = new ActorState
        {
            Owner = caller.User,
            Permissions = PermissionTable.OwnedBy(caller.User),
            Definition = definition,
            Revision = 1,
            ApiServer = caller.ApiServer,
            Created = now,
            Updated = now,
        };
        var spans = await Duties.BeginAsync(null, state);
        storage.State = state;
        await storage.WriteStateAsync();
        if (spans)
            await Duties.CompleteAsync();
        await parts.Actors.CompleteCreateAsync(Actor);
        await OpenAsync();
        await RunDueAsync();
        _desk!.Announce();
        return Snapshot(caller);
    }

    public Task<ActorSnapshot> GetAsync(Caller caller)
    {
        Desk(caller, PermissionLevel.Read);
        return Task.FromResult(Snapshot(caller));
    }

    public async Task<ActorSnapshot> UpdateAsync(Caller caller, ActorRequest request)
    {
        var desk = Desk(caller, PermissionLevel.Update);
        var before = storage.State;
        var definition = await Duties.ResolveAsync(caller, ActorRules.Update(caller, before.Definition!, request, parts.Defaults, Now));
        var renewed = ActorRules.NeedsNewRevision(before.Definition!, definition, request.Force is true);
        var spans = await Duties.BeginAsync(before, before.With(definition, caller.ApiServer));

        // Before the definition: a crash between the two leaves an actor that tries its old image once more, not one that stays in ERROR with a good one.
        var restarts = renewed || _standing!.Status == ActorStatus.Error;
        if (restarts)
        {
            _standing!.Recovered();
            await _standing.SetAsync(ActorStatus.Submitted, "");
        }

        await WriteAsync(state =>
        {
            state.Definition = definition;
            state.ApiServer = caller.ApiServer;
            state.Permissions = state.Permissions.With(caller.User, PermissionLevel.Update);
            state.Revision += renewed ? 1 : 0;
            state.Pull = renewed && request.Force is true;
        });
        if (spans)
            await Duties.CompleteAsync();
        if (renewed)
            desk.Pool.RetireBefore(storage.State.Revision);
        desk.AnnounceAgain();
        await RunDueAsync();
        return Snapshot(caller);
    }

    public async Task<bool> DeleteAsync(Caller caller)
    {
        var desk = Desk(caller, PermissionLevel.Update);
        await parts.Actors.BeginDeleteAsync(Actor);
        var running = _dispatcher!.Leases.Values.ToList();
        await _standing!.SetAsync(ActorStatus.ShuttingDown, "");
        desk.Pool.RetireAll();
        foreach (var lease in running)
        {
            await StopAsync(lease);
            desk.Tell(lease.ExecutionId, ended: true);
        }

        (_desk, _dispatcher) = (null, null);
        await storage.ClearStateAsync();
        var gone = await RemoveBatchAsync() && running.Count == 0;
        DeactivateOnIdle();
        return gone;
    }

    public Task<string> GetStateAsync(Caller caller)
    {
        Desk(caller, PermissionLevel.Read);
        MustBeStateful();
        return Task.FromResult(storage.State.StateJson);
    }

    public async Task<ActorSnapshot> SetStateAsync(Caller caller, string stateJson)
    {
        Desk(caller, PermissionLevel.Update);
        MustBeStateful();
        MessageRules.CheckState(stateJson, parts.Defaults.Encoding);
        await WriteAsync(state => state.StateJson = stateJson);
        return Snapshot(caller);
    }

    public Task<SendReceipt> SendAsync(Caller caller, MessageRequest message, string? idempotencyKey) =>
        AdmitAsync(Desk(caller, PermissionLevel.Execute), _mail!.SendAsync(caller, message, idempotencyKey));

    public Task<BatchReceipt> SendBatchAsync(Caller caller, IReadOnlyList<MessageRequest> messages, string? idempotencyKey) =>
        AdmitAsync(Desk(caller, PermissionLevel.Execute), _mail!.SendBatchAsync(caller, messages, idempotencyKey));

    public Task<long> CountMessagesAsync(Caller caller)
    {
        Desk(caller, PermissionLevel.Read);
        return Task.FromResult(_dispatcher!.Waiting);
    }

    public async Task PurgeAsync(Caller caller)
    {
        Desk(caller, PermissionLevel.Update);
        ThrowIfLost(await FencedAsync(_dispatcher!.PurgeAsync()));
    }

    public async Task<ExecutionList> ListExecutionsAsync(Caller caller)
    {
        Desk(caller, PermissionLevel.Read);
        var list = await parts.Mailbox.ListAsync(Actor, 1_000);
        return list with { Owner = storage.State.Owner };
    }

    public async Task<ExecutionView> GetExecutionAsync(Caller caller, string executionId)
    {
        Desk(caller, PermissionLevel.Read);
        var row = await parts.Mailbox.GetAsync(Actor, executionId) ?? throw NoExecution(executionId);
        return new ExecutionView(row.Snapshot, storage.State.Owner);
    }

    public async Task<string> RecordExecutionAsync(Caller caller, TimeSpan runtime, long cpuNanoseconds, long ioBytes)
    {
        Desk(caller, PermissionLevel.Update);
        var id = HashIds.New();
        var now = Now;
        var nothing = new MessageRequest { Kind = MessageKind.Text, ContentType = "str" };
        var recorded = FencedAsync(_dispatcher!.RecordAsync(
            sequence => new MessageRow(Actor, sequence, id, nothing, caller.User, caller.ApiServer, now), runtime, cpuNanoseconds, ioBytes));
        ThrowIfLost(await recorded);
        return id;
    }

    public async Task ForceQuitAsync(Caller caller, string executionId)
    {
        Desk(caller, PermissionLevel.Update);
        var row = await parts.Mailbox.RequestStopAsync(Actor, executionId) ?? throw NoExecution(executionId);
        if (row.Lease is null)
        {
            throw AbacoException.Invalid(
                $"Cannot force quit an execution not in RUNNING status. Execution was found in status: {row.Snapshot.Status.ToString().ToUpperInvariant()}");
        }

        await StopAsync(row.Lease);
    }

    public async Task<IReadOnlyList<WorkerSnapshot>> ListWorkersAsync(Caller caller)
    {
        var desk = Desk(caller, PermissionLevel.Read);
        var workers = await parts.Workers.ListAsync(Actor);
        return [.. workers.Select(worker => desk.Pool.IsRetiring(worker.Id) ? worker with { Status = WorkerStatus.ShutdownRequested } : worker)];
    }

    public Task<WorkersScheduled> EnsureWorkersAsync(Caller caller, int count)
    {
        var desk = Desk(caller, PermissionLevel.Update);
        MustBeAdmin(caller);
        if (count is < 1 or > 1_000)
            throw AbacoException.Invalid("num: must be a whole number from 1 to 1000.");
        var before = desk.Pool.Count;
        desk.Pool.Ensured = Math.Max(desk.Pool.Ensured, count);
        desk.Announce();
        return Task.FromResult(new WorkersScheduled(before, Math.Max(0, count - before)));
    }

    public async Task StopWorkerAsync(Caller caller, string workerId)
    {
        var desk = Desk(caller, PermissionLevel.Update);
        MustBeAdmin(caller);
        if (!desk.Pool.Knows(workerId) && (await parts.Workers.ListAsync(Actor)).All(worker => worker.Id != workerId))
            throw AbacoException.NotFound($"Worker {workerId} does not exist for actor {_key.ActorId}.");
        desk.Pool.Ensured = 0;
        desk.Pool.Retire(workerId);
    }

    public Task<string> AuthorizeAsync(Caller caller, PermissionLevel level)
    {
        Desk(caller, level);
        return Task.FromResult(storage.State.Owner);
    }

    public Task<IReadOnlyDictionary<string, PermissionLevel>> GetPermissionsAsync(Caller caller)
    {
        Desk(caller, PermissionLevel.Read);
        return Task.FromResult(storage.State.Permissions.Snapshot());
    }

    public async Task<IReadOnlyDictionary<string, PermissionLevel>> SetPermissionAsync(Caller caller, string user, PermissionLevel level)
    {
        Desk(caller, PermissionLevel.Update);
        await WriteAsync(state => state.Permissions = state.Permissions.With(user, level));
        return storage.State.Permissions.Snapshot();
    }

    public Task<PermissionLevel> GetLevelAsync(Caller caller)
    {
        Desk(caller, PermissionLevel.None);
        return Task.FromResult(storage.State.Permissions.LevelOf(caller));
    }

    public Task<Assignment?> JoinAsync(WorkerRef worker) => _desk?.JoinAsync(worker) ?? Task.FromResult<Assignment?>(null);

    public Task ReportAsync(WorkerRef worker, string text) => _desk?.ReportAsync(worker, text) ?? Task.CompletedTask;

    public Task ReadyAsync(WorkerRef worker) => _desk?.ReadyAsync(worker) ?? Task.CompletedTask;

    public Task CannotStartAsync(WorkerRef worker, string cause, bool permanent) =>
        _desk?.CannotStartAsync(worker, cause, permanent) ?? Task.CompletedTask;

    public Task<IdleAdvice> WaitForWorkAsync(WorkerRef worker, CancellationToken cancellationToken) =>
        _desk?.WaitForWorkAsync(worker, cancellationToken) ?? Task.FromResult(IdleAdvice.Retire);

    public Task<TakeAnswer> TakeAsync(WorkerRef worker) => _desk is null ? Task.FromResult(TakeAnswer.Leave) : FencedAsync(_desk.TakeAsync(worker));

    public Task StartedAsync(string executionId, int attempt, string containerId, DateTimeOffset started) =>
        parts.Mailbox.NoteContainerAsync(Actor, executionId, attempt, containerId, started);

    public async Task<TakeAnswer> FinishAndTakeAsync(WorkerRef worker, AttemptEnded ended, bool takeNext)
    {
        if (_desk is not null)
            return await FencedAsync(_desk.FinishAndTakeAsync(worker, ended, takeNext));

        // Deleted meanwhile: the outcome still counts (fenced by attempt), so that nothing looks as if it ran for ever.
        var outcome = EndingRules.Decide(ended, 0, 0, 0, Now);
        await parts.Mailbox.FinishAndTakeAsync(Actor, 0, outcome, null);
        return TakeAnswer.Leave;
    }

    public Task RevokeAsync(string executionId, int attempt, string cause) =>
        _desk is null ? Task.CompletedTask : FencedAsync(_desk.RevokeAsync(executionId, attempt, cause));

    public Task LeftAsync(WorkerRef worker) => _desk?.LeftAsync(worker) ?? parts.Workers.RemoveAsync(Actor, worker.WorkerId);

    public async Task<bool> SettleAsync()
    {
        var row = await parts.Actors.GetAsync(Actor);
        if (row is null)
            return true;
        if (row.Phase == ActorPhase.Live)
        {
            await Duties.OpenAsync();
            return true;
        }

        if (storage.RecordExists)
            await storage.ClearStateAsync();
        (_desk, _dispatcher) = (null, null);
        DeactivateOnIdle();
        return await RemoveBatchAsync();
    }

    public Task ReceiveAsync(string eventId, string json, string apiServer) => _desk is { } desk
        ? AdmitAsync(desk, _mail!.ReceiveAsync(eventId, json, apiServer))
        : throw AbacoException.NotFound($"No actor found with id: {_key.ActorId}.");

    public async Task RunDueAsync()
    {
        if (_desk is not null && await FencedAsync(Duties.RunDueAsync(_dispatcher!)))
            _desk?.Wake();
    }

    private async Task OpenAsync()
    {
        var opening = await parts.Mailbox.OpenAsync(Actor);
        if (opening is null || await parts.Actors.GetAsync(Actor) is not { Phase: ActorPhase.Live } row)
            return;
        _dispatcher = new Dispatcher(Actor, parts.Mailbox, opening);
        _standing = new ActorStanding(Actor, parts.Actors, row.Status, row.StatusMessage);
        _desk = new WorkDesk(_key, () => storage.State, _dispatcher, _standing, parts, GrainFactory, AnnounceLater);
        _mail = new MailDesk(Actor, _dispatcher, parts);
        await Duties.OpenAsync();
        _desk.Announce();
    }

    private async Task<T> AdmitAsync<T>(WorkDesk desk, Task<T> admission)
    {
        var receipt = await FencedAsync(admission);
        desk.Wake();
        return receipt;
    }

    private Task AnnounceAgain(CancellationToken cancellationToken)
    {
        _desk?.AnnounceAgain();
        return Task.CompletedTask;
    }

    private void AnnounceLater(TimeSpan pause) => this.RegisterGrainTimer(AnnounceAgain, pause, Timeout.InfiniteTimeSpan);

    private async Task<T> FencedAsync<T>(Task<T> answer)
    {
        try
        {
            return await answer;
        }
        finally
        {
            if (_dispatcher is { MustEnd: true })
                DeactivateOnIdle();
        }
    }

    private WorkDesk Desk(Caller caller, PermissionLevel level)
    {
        if (_desk is null || caller.Tenant != _key.Tenant)
            throw AbacoException.NotFound($"No actor found with id: {_key.ActorId}.");
        storage.State.Permissions.Demand(caller, level, "Not authorized -- you do not have access to this actor.");
        return _desk;
    }

    private AbacoException NoExecution(string id) => AbacoException.NotFound($"Execution {id} does not exist for actor {_key.ActorId}.");

    private void MustBeStateful()
    {
        if (storage.State.Definition!.Stateless)
            throw AbacoException.NotFound("actor is stateless.");
    }

    private static void MustBeAdmin(Caller caller)
    {
        if (!caller.IsAdmin)
            throw new AbacoException(RefusalKind.NotAuthorized, "Not authorized -- only admins are authorized to update workers.");
    }

    private async Task WriteAsync(Action<ActorState> change)
    {
        var next = storage.State.Copy();
        change(next);
        next.Updated = Now;
        await storage.ReplaceAsync(next);
    }

    /// <summary>Removes a batch of what the deleted actor owned; its row goes last, so that the sweeper comes back until nothing is left.</summary>
    private async Task<bool> RemoveBatchAsync() =>
        await parts.Nonces.RemoveBatchAsync(NonceTarget.Of(_key)) && await parts.Actors.RemoveBatchAsync(Actor, 1_000);

    private Task StopAsync(LeaseRow lease)
    {
        var silo = _desk?.Pool.SiloOf(lease.Worker);
        return silo is null ? Task.CompletedTask : parts.Hosts.StopAsync(silo, Actor, lease.ExecutionId);
    }

    private static void ThrowIfLost(bool written)
    {
        if (!written)
            throw MailDesk.Moved();
    }

    private ActorSnapshot Snapshot(Caller caller) => ActorSnapshots.Of(_key, storage.State, _standing!.Status, _standing.Message, Duties.Due, parts.Defaults) with { WebhookSecret = Duties.SecretFor(caller) };
}
