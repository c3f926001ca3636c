namespace Abaco.Silo.Workers;

/// <summary>The host's slots: how many workers run at a time. Idle workers hold none.</summary>
internal sealed class Slots(int count)
{
    private readonly SemaphoreSlim _free = new(count, count);

    /// <summary>How many there are.</summary>
    public int Count { get; } = count;

    /// <summary>Waits for a free slot.</summary>
    public Task AcquireAsync(CancellationToken cancellationToken) => _free.WaitAsync(cancellationToken);

    /// <summary>Takes a slot if one is free.</summary>
    public bool TryAcquire() => _free.Wait(0);

    /// <summary>Gives a slot back.</summary>
    public void Release() => _free.Release();
}
