using Abaco.Store;
using Abaco.Workers;

namespace Abaco.Executions;

/// <summary>Decides what an ending means for its execution (rest-api.md, Executions). Pure.</summary>
internal static class EndingRules
{
    /// <summary>So many lost attempts make a message a dead letter.</summary>
    public const int MostLosses = 5;

    /// <summary>Decides.</summary>
    /// <param name="ended">The attempt and how it ended.</param>
    /// <param name="losses">How many attempts were lost before.</param>
    /// <param name="retries">How many were tried again after a non-zero exit.</param>
    /// <param name="maxRetries">How many such tries the actor allows.</param>
    /// <param name="now">The time.</param>
    /// <returns>What to record.</returns>
    public static OutcomeRow Decide(AttemptEnded ended, int losses, int retries, int maxRetries, DateTimeOffset now)
    {
        var outcome = new OutcomeRow(
            ended.ExecutionId, ended.Attempt, ExecutionStatus.Submitted, null, null, CountLoss: false, CountRetry: false, now);
        return ended.Ending switch
        {
            Ending.Exited exited when exited.ExitCode != 0 && retries < maxRetries => outcome with
            {
                Exited = exited,
                Cause = $"Attempt {ended.Attempt} ended with exit code {exited.ExitCode}.",
                CountRetry = true,
            },
            Ending.Exited exited => outcome with { Status = ExecutionStatus.Complete, Exited = exited },
            Ending.Lost lost => outcome with
            {
                Status = losses + 1 >= MostLosses ? ExecutionStatus.Error : ExecutionStatus.Submitted,
                Cause = $"Attempt {ended.Attempt} was lost: {lost.Cause}",
                CountLoss = true,
            },
            Ending.CannotStart failed => outcome with { Cause = null, Status = ExecutionStatus.Submitted },
            _ => throw new InvalidOperationException($"{ended.Ending.GetType().Name} is not an ending."),
        };
    }
}
