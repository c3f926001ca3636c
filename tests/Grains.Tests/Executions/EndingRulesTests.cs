using Abaco.Executions;
using Abaco.Workers;

namespace Abaco.Grains.Tests.Executions;

public sealed class EndingRulesTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddDays(20_000);

    [Theory]
    [InlineData(0, 0, 0, ExecutionStatus.Complete, false, null)]
    [InlineData(0, 0, 3, ExecutionStatus.Complete, false, null)]
    [InlineData(1, 0, 0, ExecutionStatus.Complete, false, null)]
    [InlineData(1, 0, 1, ExecutionStatus.Submitted, true, "Attempt 4 ended with exit code 1.")]
    [InlineData(137, 1, 2, ExecutionStatus.Submitted, true, "Attempt 4 ended with exit code 137.")]
    [InlineData(1, 2, 2, ExecutionStatus.Complete, false, null)]
    public void Decide_Exited_IsTriedAgainUpToMaxRetries(int code, int retries, int maxRetries, ExecutionStatus status, bool counts, string? cause)
    {
        var exited = new Ending.Exited(code, "{}", 1, 2, Now, Now);
        var outcome = EndingRules.Decide(new AttemptEnded("E1", 4, exited), losses: 4, retries, maxRetries, Now);
        Assert.Equal((status, counts, cause, exited, false), (outcome.Status, outcome.CountRetry, outcome.Cause, outcome.Exited, outcome.CountLoss));
        Assert.Equal(("E1", 4, Now), (outcome.ExecutionId, outcome.Attempt, outcome.Now));
    }

    [Theory]
    [InlineData(0, ExecutionStatus.Submitted)]
    [InlineData(3, ExecutionStatus.Submitted)]
    [InlineData(4, ExecutionStatus.Error)]
    public void Decide_Lost_IsADeadLetterAfterFive(int losses, ExecutionStatus status)
    {
        var outcome = EndingRules.Decide(new AttemptEnded("E1", 5, new Ending.Lost("engine away")), losses, retries: 9, maxRetries: 0, Now);
        Assert.Equal((status, true, false, "Attempt 5 was lost: engine away"), (outcome.Status, outcome.CountLoss, outcome.CountRetry, outcome.Cause));
        Assert.Null(outcome.Exited);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Decide_CannotStart_WaitsAndCountsNothing(bool permanent)
    {
        var outcome = EndingRules.Decide(new AttemptEnded("E1", 1, new Ending.CannotStart("no command", permanent)), 4, 0, 0, Now);
        Assert.Equal((ExecutionStatus.Submitted, false, false), (outcome.Status, outcome.CountLoss, outcome.CountRetry));
        Assert.Null(outcome.Cause);
        Assert.Null(outcome.Exited);
    }
}
