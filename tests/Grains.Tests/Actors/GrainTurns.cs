namespace Abaco.Grains.Tests.Actors;

/// <summary>Runs a test as a grain runs: one turn at a time, interleaving at every await.</summary>
internal static class GrainTurns
{
    public static Task RunAsync(Func<Task> test) => Task.Factory.StartNew(
        test, CancellationToken.None, TaskCreationOptions.None, new ConcurrentExclusiveSchedulerPair().ExclusiveScheduler).Unwrap();
}
