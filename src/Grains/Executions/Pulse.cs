namespace Abaco.Executions;

/// <summary>Tells everybody who waits that something changed. Take <see cref="Next"/> before reading what may change, then nothing is missed.</summary>
internal sealed class Pulse
{
    private TaskCompletionSource? _next;

    /// <summary>Completes at the next change.</summary>
    public Task Next => (_next ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).Task;

    /// <summary>Something changed.</summary>
    public void Fire()
    {
        var fired = _next;
        _next = null;
        fired?.TrySetResult();
    }
}

/// <summary>One bounded wait of a grain method, over several pulses.</summary>
internal sealed class Wait(TimeProvider time, TimeSpan timeout, CancellationToken cancellationToken)
{
    private readonly long _begun = time.GetTimestamp();
    private readonly TimeSpan _timeout = timeout < IExecutionGrain.LongestWait ? timeout : IExecutionGrain.LongestWait;

    /// <summary>Waits for a pulse.</summary>
    /// <returns>False when the time is over or the caller went away.</returns>
    public async Task<bool> ForAsync(Task pulse)
    {
        var left = _timeout - time.GetElapsedTime(_begun);
        if (left <= TimeSpan.Zero || cancellationToken.IsCancellationRequested)
            return false;
        try
        {
            await pulse.WaitAsync(left, time, cancellationToken);
            return true;
        }
        catch (Exception exception) when (exception is TimeoutException or OperationCanceledException)
        {
            return false;
        }
    }
}
