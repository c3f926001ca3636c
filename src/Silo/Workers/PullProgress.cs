namespace Abaco.Silo.Workers;

/// <summary>Shows the newest line of a pull's progress; while one is being shown, older ones are dropped.</summary>
internal sealed class PullProgress(Func<string, Task> show) : IProgress<string>
{
    private Task _shown = Task.CompletedTask;

    /// <inheritdoc/>
    public void Report(string value)
    {
        if (_shown.IsCompleted)
            _shown = show(value);
    }
}
