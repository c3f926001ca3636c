using Docker.DotNet;

namespace Abaco.Silo.Docker;

/// <summary>Removes containers in the background, at most four at a time (more does not help: performance.md), until each is really gone.</summary>
internal sealed class Remover(EngineCalls calls, TimeProvider time, ILogger log)
{
    private const int AtATime = 4;
    private const int MostTries = 120;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);
    private readonly SemaphoreSlim _places = new(AtATime, AtATime);
    private readonly HashSet<Task> _under = [];

    /// <summary>Removes a container, then what belongs to it; the task ends when both are gone, and never fails.</summary>
    public Task Begin(string container, Action clean)
    {
        var registered = new TaskCompletionSource();
        var removal = RemoveAsync(container, clean, registered.Task);
        lock (_under)
            _under.Add(removal);
        removal.ContinueWith(Forget, TaskScheduler.Default);
        registered.SetResult();
        return removal;
    }

    /// <summary>Waits until all removals are done.</summary>
    public Task DrainAsync(CancellationToken cancellationToken)
    {
        lock (_under)
            return Task.WhenAll(_under).WaitAsync(cancellationToken);
    }

    private async Task RemoveAsync(string container, Action clean, Task registered)
    {
        await registered;
        await Task.Yield();
        await _places.WaitAsync();
        try
        {
            for (var tries = 1; !await TryRemoveAsync(container, clean, last: tries == MostTries); tries++)
                await Task.Delay(Pause, time);
        }
        catch (Exception exception) when (exception is DockerApiException or IOException or UnauthorizedAccessException)
        {
            log.RemovalFailed(container, exception.Message);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <summary>One try. What the container used may be busy for a moment after it is gone: that is an <see cref="IOException"/> only at the last try.</summary>
    private async Task<bool> TryRemoveAsync(string container, Action clean, bool last)
    {
        try
        {
            if (!await calls.RemoveAsync(container, CancellationToken.None))
                return last ? throw new IOException("the engine is still removing it") : false;
            clean();
            return true;
        }
        catch (IOException) when (!last)
        {
            return false;
        }
    }

    private void Forget(Task removal)
    {
        lock (_under)
            _under.Remove(removal);
    }
}
