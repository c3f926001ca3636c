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

    private static readonly Comparer<PendingMessage> BySequence =
        Comparer<PendingMessage>.Create((left, right) => left.Sequence.CompareTo(right.Sequence));

    private readonly SortedSet<PendingMessage> _window = new(BySequence);
    private readonly SortedDictionary<long, string?> _early = [];
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

    /// <summary>
    /// Whether the store must be read before the next message is taken: the window is empty, or its first message was put back from beyond what was read.
    /// It does not ask <see cref="Count"/>, so that a wrong count cannot hide a message.
    /// </summary>
    public bool NeedsRefill => _read < _settled && (_window.Count == 0 || _window.Min.Sequence > _read);

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
        item = _window.Min;
        return _window.Remove(item);
    }

    /// <summary>Puts a message back where it was in the order; one that is there already stays.</summary>
    public void Requeue(long sequence, string executionId) => _window.Add(new PendingMessage(sequence, executionId));

    /// <summary>Adds what was read from the store. A range that a purge has passed meanwhile is ignored.</summary>
    /// <param name="after">The range that was read.</param>
    /// <param name="through">Its end.</param>
    /// <param name="rows">All rows of the range that wait.</param>
    public void Refill(long after, long through, IEnumerable<PendingMessage> rows)
    {
        if (after != _read)
            return;
        foreach (var row in rows)
            if (_window.Add(row))
                _beyond--;
        _read = through;
        if (_read == _settled || _beyond < 0)
            _beyond = 0;
    }

    /// <summary>Drops all that waits.</summary>
    /// <returns>The watermark: messages with sequences up to it are purged, also those whose write is still under way.</returns>
    public long PurgeAll()
    {
        _window.Clear();
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
                _window.Add(new PendingMessage(next, id));
            else
                _beyond++;
        }
    }
}
