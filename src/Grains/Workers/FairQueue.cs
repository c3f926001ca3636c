namespace Abaco.Workers;

/// <summary>
/// The set "actor → wanted workers" of one queue in fair turns: actors wait in a circle, each turn takes one worker's wish and goes to the end. An actor at
/// or above its share is passed over while another below its share waits. Plain: no clock, no I/O.
/// </summary>
internal sealed class FairQueue
{
    private readonly Dictionary<string, LinkedListNode<Wish>> _wishes = [];
    private readonly LinkedList<Wish> _circle = [];
    private readonly Dictionary<string, HostLoad> _hosts = [];
    private readonly Dictionary<string, int> _running = [];
    private int _slots;

    /// <summary>Whether an actor waits for workers.</summary>
    public bool Wants(string actor) => _wishes.ContainsKey(actor);

    /// <summary>Sets how many more workers an actor wants; 0 takes it out.</summary>
    public void Want(string actor, int workers)
    {
        if (_wishes.TryGetValue(actor, out var node))
        {
            if (workers > 0)
                node.ValueRef.Workers = workers;
            else
                Remove(node);
        }
        else if (workers > 0)
        {
            _wishes[actor] = _circle.AddLast(new Wish { Actor = actor, Workers = workers });
        }
    }

    /// <summary>Takes the next turn for a host; its worker counts as running until the host says again what it runs.</summary>
    public bool TryNext(string host, out string actor)
    {
        var chosen = _circle.First;
        var share = Share();
        for (var node = _circle.First; node is not null; node = node.Next)
        {
            if (Running(node.Value.Actor) < share)
            {
                chosen = node;
                break;
            }
        }

        if (chosen is null)
        {
            actor = "";
            return false;
        }

        actor = chosen.Value.Actor;
        if (--chosen.ValueRef.Workers == 0)
        {
            Remove(chosen);
        }
        else
        {
            _circle.Remove(chosen);
            _circle.AddLast(chosen);
        }

        if (_hosts.TryGetValue(host, out var load))
        {
            load.Running[actor] = load.Running.GetValueOrDefault(actor) + 1;
            _running[actor] = Running(actor) + 1;
        }

        return true;
    }

    /// <summary>What a host runs now; replaces what it said before.</summary>
    public void SetRunning(string host, IReadOnlyDictionary<string, int> running, int slots)
    {
        RemoveHost(host);
        _hosts[host] = new HostLoad(new Dictionary<string, int>(running), slots);
        _slots += slots;
        foreach (var (actor, workers) in running)
            _running[actor] = Running(actor) + workers;
    }

    /// <summary>A host serves no more.</summary>
    public void RemoveHost(string host)
    {
        if (!_hosts.Remove(host, out var load))
            return;
        _slots -= load.Slots;
        foreach (var (actor, workers) in load.Running)
        {
            if (Running(actor) > workers)
                _running[actor] -= workers;
            else
                _running.Remove(actor);
        }
    }

    /// <summary>
    /// Whether a worker should give up its slot while an actor below its share waits: its own is above, or, when none is above and no slot is free (more
    /// actors than slots), at its share, so that they take turns.
    /// </summary>
    public bool ShouldYield(string actor)
    {
        var share = Share();
        var running = Running(actor);
        if (running < share || (running == share && (_running.Values.Sum() < _slots || _running.Values.Any(other => other > share))))
            return false;
        for (var node = _circle.First; node is not null; node = node.Next)
            if (node.Value.Actor != actor && Running(node.Value.Actor) < share)
                return true;
        return false;
    }

    /// <summary>The queue's slots divided by the actors with work, at least one.</summary>
    private int Share()
    {
        var withWork = _running.Count;
        foreach (var actor in _running.Keys)
            if (Wants(actor))
                withWork--;
        return Math.Max(1, _slots / Math.Max(1, withWork + _wishes.Count));
    }

    private int Running(string actor) => _running.GetValueOrDefault(actor);

    private void Remove(LinkedListNode<Wish> node)
    {
        _wishes.Remove(node.Value.Actor);
        _circle.Remove(node);
    }

    private struct Wish
    {
        public string Actor;
        public int Workers;
    }

    private sealed record HostLoad(Dictionary<string, int> Running, int Slots);
}
