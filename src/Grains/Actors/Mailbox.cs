using Abaco.Store;

namespace Abaco.Actors;

/// <summary>
/// The window of one actor's waiting messages: ids in order of sequence, at most <see cref="Capacity"/>; what waits beyond it is only counted and read from
/// the store as the window drains, so memory stays flat. A message may be taken when all with lower sequences are settled or abandoned. Not thread-safe.
/// </summary>
internal sealed class Mailbox
{
    /// <summary>Ids held at most, besides those put back.</summary>
    public const int Capacity = 1024;

    private readonly LinkedList<PendingMessage> _window = [];
    private readonly SortedDictionary<long, string?> _early = [];
    private readonly HashSet<long> _requeued = [];
    private long _reserved;
    private long _settled;
    private long _read;
    private long _beyond;
    private long _purged;

    /// <summary>Opens the mailbox as the store has it.</summary>
    /// <param name="lastSequence">The highest sequence ever written.</param>
    /// <param name="pending">How many rows wait.</param>
    public Mailbox(long lastSequence, long pending)
    {
        _reserved = _settled = lastSequence;
        _beyond = pending;
        _read = pending > 0 ? 0 : lastSequence;
    }

    /// <summary>How many messages wait.</summary>
    public long Count => _window.Count + _beyond;

    /// <summary>Whether the window is empty and the store has more.</summary>
    public bool NeedsRefill => _window.Count == 0 && _beyond > 0 && _read < _settled;

    /// <summary>The sequences to read: after the first, through the second (never above the highest that has settled without a gap).</summary>
    public (long After, long Through) RefillRange => (_read, _settled);

    /// <summary>The next sequences; each must be settled or abandoned.</summary>
    /// <param name="count">How many, in a run without gaps.</param>
    /// <returns>The first.</returns>
    public long Reserve(int count = 1)
    {
        var first = _reserved + 1;
        _reserved += count;
        return first;
    }

    /// <summary>The row is durable.</summary>
    public void Settle(long sequence, string executionId) => End(sequence, executionId);

    /// <summary>The row was not written.</summary>
    public void Abandon(long sequence) => End(sequence, null);

    /// <summary>Takes the oldest message.</summary>
    public bool TryTake(out PendingMessage item)
    {
        if (_window.First is not { } first)
        {
            item = default;
            return false;
        }

        item = first.Value;
        _window.RemoveFirst();
        _requeued.Remove(item.Sequence);
        return true;
    }

    /// <summary>Puts a message back where it was in the order.</summary>
    public void Requeue(long sequence, string executionId)
    {
        if (!_requeued.Add(sequence))
            return;
        var after = _window.First;
        while (after is not null && after.Value.Sequence < sequence)
            after = after.Next;
        var item = new PendingMessage(sequence, executionId);
        if (after is null)
            _window.AddLast(item);
        else
            _window.AddBefore(after, item);
    }

    /// <summary>Adds rows read from the store.</summary>
    /// <param name="after">The range that was read.</param>
    /// <param name="through">Its end.</param>
    /// <param name="rows">Its first rows in order.</param>
    /// <param name="complete">Whether these are all rows of the range.</param>
    public void Refill(long after, long through, IReadOnlyList<PendingMessage> rows, bool complete)
    {
        if (after != _read)
            return;
        foreach (var row in rows.Where(row => row.Sequence > _purged && !_requeued.Contains(row.Sequence)))
        {
            _window.AddLast(row);
            _beyond--;
        }

        _read = complete ? through : rows[^1].Sequence;
        if (complete && _read == _settled)
            _beyond = 0;
    }

    /// <summary>Drops all that waits.</summary>
    /// <returns>The watermark: messages with sequences up to it are purged, also those whose write is still under way.</returns>
    public long PurgeAll()
    {
        _window.Clear();
        _requeued.Clear();
        _beyond = 0;
        _purged = _reserved;
        _read = Math.Max(_read, _settled);
        return _purged;
    }

    private void End(long sequence, string? executionId)
    {
        _early[sequence] = executionId;
        while (_early.Count > 0 && _early.First() is var (next, id) && next == _settled + 1)
        {
            _early.Remove(next);
            var contiguous = _read == _settled && _window.Count < Capacity;
            _settled = next;
            if (contiguous)
                _read = next;
            if (id is null || next <= _purged)
                continue;
            if (contiguous)
                _window.AddLast(new PendingMessage(next, id));
            else
                _beyond++;
        }
    }
}
