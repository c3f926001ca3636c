namespace Abaco.Workers;

/// <summary>
/// The workers of one activation of an actor: who has joined, who is idle and asks, how many more are wanted. Soft: a worker that the pool does not know
/// is taken in again when it asks. Plain: no clock, no I/O; times are steady ones.
/// </summary>
internal sealed class WorkerPool
{
    /// <summary>An idle worker that has not asked for so long is gone (it asks every 20 s).</summary>
    public static readonly TimeSpan SilentTime = TimeSpan.FromSeconds(60);

    private readonly Dictionary<string, Member> _members = [];
    private readonly LinkedList<Waiter> _idle = [];
    private readonly HashSet<string> _retiring = [];

    /// <summary>How many stand or are starting.</summary>
    public int Count => _members.Count;

    /// <summary>Extra workers that an admin asked for.</summary>
    public int Ensured { get; set; }

    public bool Knows(string workerId) => _members.ContainsKey(workerId);

    public bool IsRetiring(string workerId) => _retiring.Contains(workerId);

    public SiloAddress? SiloOf(string workerId) => _members.TryGetValue(workerId, out var member) ? member.Worker.Silo : null;

    /// <summary>Takes a worker in, or notes that it was heard of.</summary>
    public void Heard(WorkerRef worker, TimeSpan now) => _members[worker.WorkerId] = new Member(worker, now);

    /// <summary>Forgets a worker.</summary>
    public bool Remove(string workerId)
    {
        _retiring.Remove(workerId);
        return _members.Remove(workerId);
    }

    /// <summary>Lets a worker end when it asks next.</summary>
    public void Retire(string workerId)
    {
        _retiring.Add(workerId);
        foreach (var waiter in _idle.Where(waiter => waiter.WorkerId == workerId).ToList())
            Wake(waiter, IdleAdvice.Retire);
    }

    /// <summary>Lets all workers of older revisions end when they ask next.</summary>
    public void RetireBefore(int revision)
    {
        foreach (var member in _members.Values.Where(member => member.Worker.Revision < revision).ToList())
            Retire(member.Worker.WorkerId);
    }

    /// <summary>Lets all workers end when they ask next.</summary>
    public void RetireAll() => RetireBefore(int.MaxValue);

    /// <summary>Registers an idle worker; its task completes when there is something to do.</summary>
    public Waiter Wait(string workerId)
    {
        var waiter = new Waiter(workerId);
        _idle.AddFirst(waiter);
        return waiter;
    }

    /// <summary>The worker does not wait any more.</summary>
    public void EndWait(Waiter waiter) => _idle.Remove(waiter);

    /// <summary>Wakes one idle worker, the one that ran last first, so that the others may end.</summary>
    public bool WakeOne()
    {
        var first = _idle.FirstOrDefault(waiter => !IsRetiring(waiter.WorkerId));
        if (first is null)
            return false;
        Wake(first, IdleAdvice.Take);
        return true;
    }

    /// <summary>
    /// How many more workers are wanted now: enough for what waits and runs, at most <paramref name="most"/>; at least one while the actor has had none;
    /// at least what an admin asked for. A worker that holds a lease stands, though this activation may not have heard of it yet.
    /// </summary>
    public int Wanted(long waiting, IReadOnlySet<string> leaseHolders, int most, bool needsFirst, TimeSpan now)
    {
        foreach (var (id, _) in _members.Where(pair => now - pair.Value.Heard > SilentTime && !leaseHolders.Contains(pair.Key)
                                                       && _idle.All(waiter => waiter.WorkerId != pair.Key)).ToList())
            Remove(id);
        var busy = leaseHolders.Count(id => !_retiring.Contains(id));
        var standing = busy + _members.Keys.Count(id => !_retiring.Contains(id) && !leaseHolders.Contains(id));
        var wanted = Math.Min(most, waiting + busy);
        if (needsFirst)
            wanted = Math.Max(1, wanted);
        return (int)Math.Max(0, Math.Max(wanted, Ensured) - standing);
    }

    private void Wake(Waiter waiter, IdleAdvice advice)
    {
        _idle.Remove(waiter);
        waiter.Done.TrySetResult(advice);
    }

    private sealed record Member(WorkerRef Worker, TimeSpan Heard);

    /// <summary>An idle worker that asks.</summary>
    internal sealed class Waiter(string workerId)
    {
        public string WorkerId { get; } = workerId;

        public TaskCompletionSource<IdleAdvice> Done { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
