using Abaco.Executions;
using Abaco.Store;

namespace Abaco.Actors;

/// <summary>
/// The mailbox of one activation at work: admits, takes, finishes and purges against the store, under the activation's epoch. Not thread-safe: grain turns
/// only, which may interleave at every await; the window is changed before a write only by taking an item out, which a failed write puts back.
/// A crash loses nothing: the next activation opens the mailbox anew from the rows.
/// </summary>
internal sealed class Dispatcher
{
    private const int RefillRows = Mailbox.Capacity;
    private readonly string _actor;
    private readonly IMailboxStore _store;
    private readonly long _epoch;
    private readonly Mailbox _window;
    private readonly Dictionary<string, LeaseRow> _leases;
    private int _taking;
    private Task? _refill;

    public Dispatcher(string actor, IMailboxStore store, MailboxOpening opening)
    {
        _actor = actor;
        _store = store;
        _epoch = opening.Epoch;
        _window = new Mailbox(opening.LastSequence, opening.Pending);
        _leases = opening.Running.ToDictionary(lease => lease.ExecutionId);
    }

    /// <summary>Set when the store says that a newer activation exists: this one must end.</summary>
    public bool EpochLost { get; private set; }

    /// <summary>How many messages wait.</summary>
    public long Waiting => _window.Count;

    /// <summary>The leases that stand, by execution id.</summary>
    public IReadOnlyDictionary<string, LeaseRow> Leases => _leases;

    /// <summary>Writes one message and, when it is durable, lets it be taken.</summary>
    public async Task<bool> AdmitAsync(Func<long, MessageRow> rowOf)
    {
        var sequence = _window.Reserve();
        var row = rowOf(sequence);
        bool admitted;
        try
        {
            admitted = await _store.AdmitAsync(_epoch, row);
        }
        catch
        {
            _window.Abandon(sequence);
            throw;
        }

        if (admitted)
            _window.Settle(sequence, row.ExecutionId);
        else
            Lost(sequence);
        return admitted;
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
            var result = await write(_epoch, rowsOf(first));
            written = result.Admission == Admission.Written;
            EpochLost |= result.Admission == Admission.EpochLost;
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
            var recorded = await _store.RecordAsync(_epoch, rowOf(sequence), runtime, cpuNanoseconds, ioBytes);
            EpochLost |= !recorded;
            return recorded;
        }
        finally
        {
            _window.Abandon(sequence);
        }
    }

    /// <summary>Takes the next message for a worker; with <paramref name="exclusive"/> only while no other lease stands.</summary>
    public async Task<TakenMessage?> TakeAsync(string worker, string host, bool exclusive, DateTimeOffset now)
    {
        var held = _leases.Values.FirstOrDefault(lease => lease.Worker == worker);
        if (held is not null)
            return await AgainAsync(held, now);
        if (exclusive && (_leases.Count > 0 || _taking > 0))
            return null;
        _taking++;
        try
        {
            while (await NextAsync() is { } item)
            {
                var result = await TakeRowAsync(item, new TakeRequest(item.ExecutionId, host, worker, now));
                if (result.EpochLost)
                    return null;
                if (result.Message is { } taken)
                    return taken;
            }

            return null;
        }
        finally
        {
            _taking--;
        }
    }

    /// <summary>Records an outcome and, when it ended for good and <paramref name="worker"/> is given, takes the next message in the same transaction.</summary>
    public async Task<(bool Recorded, TakenMessage? Next)> FinishAsync(OutcomeRow outcome, string? worker, string? host, bool exclusive)
    {
        // A repeated call whose first answer was lost: the worker holds its next lease already and is told it again by the take that follows.
        var holdsNext = _leases.Values.Any(held => held.Worker == worker && held.ExecutionId != outcome.ExecutionId);
        var takeNow = worker is not null && !holdsNext && outcome.Status != ExecutionStatus.Submitted;
        var lease = _leases.GetValueOrDefault(outcome.ExecutionId);
        var alone = !exclusive || (_taking == 0 && _leases.Keys.All(id => id == outcome.ExecutionId));
        _taking++;
        try
        {
            var item = takeNow && alone ? await NextAsync() : null;
            var take = item is { } next ? new TakeRequest(next.ExecutionId, host!, worker!, outcome.Now) : null;
            FinishResult result;
            try
            {
                result = await _store.FinishAndTakeAsync(_actor, _epoch, outcome, take);
            }
            catch
            {
                PutBack(item);
                throw;
            }

            if (lease is not null && lease.Attempt == outcome.Attempt && _leases.Remove(outcome.ExecutionId)
                && result.Recorded && outcome.Status == ExecutionStatus.Submitted)
                _window.Requeue(lease.Sequence, lease.ExecutionId);
            return (result.Recorded, Settle(item, result.Next));
        }
        finally
        {
            _taking--;
        }
    }

    /// <summary>Removes all that waits. A failure ends the activation, since its window is empty and the rows may not be.</summary>
    public async Task<bool> PurgeAsync()
    {
        var through = _window.PurgeAll();
        EpochLost = true;
        if (!await _store.PurgeAsync(_actor, _epoch, through))
            return false;
        EpochLost = false;
        return true;
    }

    private async Task<TakenMessage?> AgainAsync(LeaseRow held, DateTimeOffset now)
    {
        var again = await _store.TakeAsync(_actor, _epoch, new TakeRequest(held.ExecutionId, held.Host, held.Worker, now));
        EpochLost |= again.EpochLost;
        return again.Message;
    }

    private async Task<TakeResult> TakeRowAsync(PendingMessage item, TakeRequest take)
    {
        TakeResult result;
        try
        {
            result = await _store.TakeAsync(_actor, _epoch, take);
        }
        catch
        {
            PutBack(item);
            throw;
        }

        Settle(item, result);
        return result;
    }

    private TakenMessage? Settle(PendingMessage? item, TakeResult? result)
    {
        EpochLost |= result is { EpochLost: true };
        if (item is not null && result?.Message is { } taken)
            _leases[taken.Lease.ExecutionId] = taken.Lease;
        return result?.Message;
    }

    private async Task<PendingMessage?> NextAsync()
    {
        while (true)
        {
            if (_window.TryTake(out var item))
                return item;
            if (!_window.NeedsRefill)
                return null;
            _refill ??= RefillAsync();
            await _refill;
        }
    }

    private async Task RefillAsync()
    {
        try
        {
            var (after, through) = _window.RefillRange;
            var rows = await _store.ReadPendingAsync(_actor, after, through, RefillRows);
            _window.Refill(after, through, rows, complete: rows.Count < RefillRows);
        }
        finally
        {
            _refill = null;
        }
    }

    private void PutBack(PendingMessage? item)
    {
        if (item is { } back)
            _window.Requeue(back.Sequence, back.ExecutionId);
    }

    private void Lost(long sequence)
    {
        _window.Abandon(sequence);
        EpochLost = true;
    }
}
