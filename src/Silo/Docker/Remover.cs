using Docker.DotNet;

namespace Abaco.Silo.Docker;

/// <summary>Removes containers in the background, at most four at a time (more does not help: performance.md), until each is really gone.</summary>
internal sealed class Remover(EngineCalls calls, TimeProvider time, ILogger log)
{
    private const int AtATime = 4;
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
            for (var i = 0; i < 120 && !await calls.RemoveAsync(container, CancellationToken.None); i++)
                await Task.Delay(Pause, time);
            clean();
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

    private void Forget(Task removal)
    {
        lock (_under)
            _under.Remove(removal);
    }
}
