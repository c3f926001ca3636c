using Abaco.Executions;
using Abaco.Store;

namespace Abaco.Actors;

/// <summary>
/// The mailbox of one activation at work: admits, takes, finishes and purges against the store, under the activation's epoch. Not thread-safe: grain turns
/// only, which may interleave at every await; the window is changed before a write only by taking an item out, which a refused write puts back.
/// A crash loses nothing: the next activation opens the mailbox anew from the rows. Whatever leaves memory and rows apart ends this activation likewise.
/// </summary>
internal sealed class Dispatcher
{
    private const int RefillRows = Mailbox.Capacity;
    private readonly string _actor;
    private readonly IMailboxStore _store;
    private readonly long _epoch;
    private readonly Mailbox _window;
    private readonly Dictionary<string, LeaseRow> _leases;
    private readonly WorkerTurns _turns = new();
    private int _taking;
    private Task _refill = Task.CompletedTask;

    public Dispatcher(string actor, IMailboxStore store, MailboxOpening opening)
    {
        _actor = actor;
        _store = store;
        _epoch = opening.Epoch;
        _window = new Mailbox(opening.LastSequence, opening.Pending);
        _leases = opening.Running.ToDictionary(lease => lease.ExecutionId);
    }

    /// <summary>Set when a newer activation exists, or when only the rows know what was written: this activation must end, the next one reads them.</summary>
    public bool MustEnd { get; private set; }

    /// <summary>How many messages wait.</summary>
    public long Waiting => _window.Count;

    /// <summary>The leases that stand, by execution id.</summary>
    public IReadOnlyDictionary<string, LeaseRow> Leases => _leases;

    /// <summary>Whether a worker holds a lease.</summary>
    public bool Holds(string worker) => _leases.Values.Any(lease => lease.Worker == worker);

    /// <summary>Writes one message and, when it is durable, lets it be taken.</summary>
    public async Task<bool> AdmitAsync(Func<long, MessageRow> rowOf)
    {
        var sequence = _window.Reserve();
        string? admitted = null;
        try
        {
            var row = rowOf(sequence);
            if (await KnownAsync(_store.AdmitAsync(_epoch, row)))
                admitted = row.ExecutionId;
            else
                MustEnd = true;
            return admitted is not null;
        }
        finally
        {
            if (admitted is null)
                _window.Abandon(sequence);
            else
                _window.Settle(sequence, admitted);
        }
    }

    /// <summary>Writes messages, all or none, and when they are durable lets them be taken in order.</summary>
    /// <param name="count">How many.</param>
    /// <param name="rowsOf">Makes the rows from their first sequence.</param>
    /// <param name="write">Writes them under this activation's epoch.</param>
    public async Task<AdmitResult> AdmitAsync(
        int count, Func<long, IReadOnlyList<MessageRow>> rowsOf, Func<long, IReadOnlyList<MessageRow>, Task<AdmitResult>> write)
    {
        var first = _window.Reserve(count);
        var written = false;
        try
        {
            var result = await KnownAsync(write(_epoch, rowsOf(first)));
            written = result.Admission == Admission.Written;
            MustEnd |= result.Admission == Admission.EpochLost;
            for (var i = 0; written && i < count; i++)
                _window.Settle(first + i, result.ExecutionIds[i]);
            return result;
        }
        finally
        {
            for (var i = 0; !written && i < count; i++)
                _window.Abandon(first + i);
        }
    }

    /// <summary>Records an execution that ran elsewhere; it never waits.</summary>
    public async Task<bool> RecordAsync(Func<long, MessageRow> rowOf, TimeSpan runtime, long cpuNanoseconds, long ioBytes)
    {
        var sequence = _window.Reserve();
        try
        {
            var recorded = await KnownAsync(_store.RecordAsync(_epoch, rowOf(sequence), runtime, cpuNanoseconds, ioBytes));
            MustEnd |= !recorded;
            return recorded;
        }
        finally
        {
            _window.Abandon(sequence);
        }
    }

    /// <summary>Takes the next message for a worker; with <paramref name="exclusive"/> only while no other lease stands. Asking again returns the lease it holds.</summary>
    public Task<TakenMessage?> TakeAsync(string worker, string host, bool exclusive, DateTimeOffset now) =>
        _turns.RunAsync(worker, () => TakeNextAsync(worker, host, exclusive, now));

    /// <summary>Records an outcome and, when it ended for good and <paramref name="worker"/> is given, takes the next message in the same transaction.</summary>
    public Task<(bool Recorded, TakenMessage? Next)> FinishAsync(OutcomeRow outcome, string? worker, string? host, bool exclusive) =>
        worker is null
            ? RecordOutcomeAsync(outcome, null, null, exclusive)
            : _turns.RunAsync(worker, () => RecordOutcomeAsync(outcome, worker, host, exclusive));

    /// <summary>Removes all that waits. A failure ends the activation, since its window is empty and the rows may not be.</summary>
    public async Task<bool> PurgeAsync()
    {
        var through = _window.PurgeAll();
        var purged = false;
        try
        {
            purged = await _store.PurgeAsync(_actor, _epoch, through);
            return purged;
        }
        finally
        {
            MustEnd |= !purged;
        }
    }

    private async Task<TakenMessage?> TakeNextAsync(string worker, string host, bool exclusive, DateTimeOffset now)
    {
        if (await AgainAsync(worker, now) is { } again)
            return again;
        if (MustEnd || (exclusive && (_leases.Count > 0 || _taking > 0)))
            return null;
        _taking++;
        try
        {
            while (await NextAsync() is { } item)
            {
                var taken = await TakeRowAsync(item, new TakeRequest(item.ExecutionId, host, worker, now));
                if (taken is not null || MustEnd)
                    return taken;
            }

            return null;
        }
        finally
        {
            _taking--;
        }
    }

    private async Task<(bool Recorded, TakenMessage? Next)> RecordOutcomeAsync(OutcomeRow outcome, string? worker, string? host, bool exclusive)
    {
        // A worker that holds another lease already repeats itself: that one is told again by its next take.
        var others = _leases.Values.Where(lease => lease.ExecutionId != outcome.ExecutionId);
        var mayTake = worker is not null && outcome.Status != ExecutionStatus.Submitted
            && (exclusive ? _taking == 0 && !others.Any() : others.All(lease => lease.Worker != worker));
        _taking++;
        try
        {
            var item = mayTake ? await NextAsync() : null;
            var take = item is { } next ? new TakeRequest(next.ExecutionId, host!, worker!, outcome.Now) : null;
            FinishResult result;
            try
            {
                result = await KnownAsync(_store.FinishAndTakeAsync(_actor, _epoch, outcome, take));
            }
            catch
            {
                PutBack(item);
                throw;
            }

            EndLease(outcome, result.Recorded);
            return (result.Recorded, Note(result.Next));
        }
        finally
        {
            _taking--;
        }
    }

    /// <summary>Tells a worker the lease that it holds. One that the rows do not know any more was ended through an older activation.</summary>
    private async Task<TakenMessage?> AgainAsync(string worker, DateTimeOffset now)
    {
        if (_leases.Values.FirstOrDefault(lease => lease.Worker == worker) is not { } held)
            return null;
        var again = await KnownAsync(_store.TakeAsync(_actor, _epoch, new TakeRequest(held.ExecutionId, held.Host, held.Worker, now)));
        if (again is { EpochLost: false, Message: null })
            _leases.Remove(held.ExecutionId);
        return Note(again);
    }

    private async Task<TakenMessage?> TakeRowAsync(PendingMessage item, TakeRequest take)
    {
        try
        {
            return Note(await KnownAsync(_store.TakeAsync(_actor, _epoch, take)));
        }
        catch
        {
            PutBack(item);
            throw;
        }
    }

    private TakenMessage? Note(TakeResult? result)
    {
        MustEnd |= result is { EpochLost: true };
        if (result?.Message is { } taken)
            _leases[taken.Lease.ExecutionId] = taken.Lease;
        return result?.Message;
    }

    private void EndLease(OutcomeRow outcome, bool recorded)
    {
        var stood = _leases.TryGetValue(outcome.ExecutionId, out var lease) && lease.Attempt == outcome.Attempt;
        if (stood)
            _leases.Remove(outcome.ExecutionId);
        if (stood && recorded && outcome.Status == ExecutionStatus.Submitted)
            _window.Requeue(lease!.Sequence, lease.ExecutionId);

        // An older activation may have recorded the same attempt; where its row is now, only the store knows.
        MustEnd |= stood != recorded;
    }

    private async Task<PendingMessage?> NextAsync()
    {
        while (_window.NeedsRefill)
        {
            if (_refill.IsCompleted)
                _refill = RefillAsync();
            await _refill;
        }

        return _window.TryTake(out var item) ? item : null;
    }

    private async Task RefillAsync()
    {
        var (after, through) = _window.RefillRange;
        var rows = await _store.ReadPendingAsync(_actor, after, through, RefillRows);

        // A row that waits while its lease stands here is being put back by an outcome under way, which does it itself.
        _window.Refill(after, rows.Count < RefillRows ? through : rows[^1].Sequence, rows.Where(row => !_leases.ContainsKey(row.ExecutionId)));
    }

    private void PutBack(PendingMessage? item)
    {
        if (item is { } back)
            _window.Requeue(back.Sequence, back.ExecutionId);
    }

    /// <summary>A refusal says that nothing was written. After any other failure only the rows know.</summary>
    private async Task<T> KnownAsync<T>(Task<T> write)
    {
        try
        {
            return await write;
        }
        catch (Exception exception) when (exception is not AbacoException)
        {
            MustEnd = true;
            throw;
        }
    }
}
