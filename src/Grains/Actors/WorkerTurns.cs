namespace Abaco.Actors;

/// <summary>One call of a worker at a time: a repeat of a call that is still under way must not take a second message. Not thread-safe: grain turns only.</summary>
internal sealed class WorkerTurns
{
    private readonly Dictionary<string, Task> _turns = [];

    /// <summary>Runs a call when the worker's earlier ones have ended, however they ended.</summary>
    public async Task<T> RunAsync<T>(string worker, Func<Task<T>> call)
    {
        while (_turns.TryGetValue(worker, out var earlier))
        {
            await earlier.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing | ConfigureAwaitOptions.ContinueOnCapturedContext);
            End(worker, earlier);
        }

        var turn = call();
        _turns[worker] = turn;
        try
        {
            return await turn;
        }
        finally
        {
            End(worker, turn);
        }
    }

    private void End(string worker, Task turn)
    {
        if (_turns.GetValueOrDefault(worker) == turn)
            _turns.Remove(worker);
    }
}
