using Abaco.Store;

namespace Abaco.Actors;

/// <summary>
/// Status and message of a live actor, as its row has them, and the count of starts that failed in a row. The row is written only when something changes.
/// </summary>
internal sealed class ActorStanding(string actor, IActorStore store, ActorStatus status, string message)
{
    /// <summary>So many starts in a row that fail put the actor into ERROR (rest-api.md, Executions).</summary>
    public const int MostFailures = 6;

    private static readonly TimeSpan FirstBackoff = TimeSpan.FromMilliseconds(500);
    private (ActorStatus Status, string Message) _decided = (status, message);
    private int _failures;

    /// <summary>Life of the actor.</summary>
    public ActorStatus Status { get; private set; } = status;

    /// <summary>Progress or reason.</summary>
    public string Message { get; private set; } = message;

    /// <summary>No worker is started before this steady time.</summary>
    public TimeSpan NotBefore { get; private set; }

    /// <summary>Writes status and message when they differ from what the last write leaves.</summary>
    public async Task SetAsync(ActorStatus status, string message)
    {
        var next = (status, message);
        if (next == _decided)
            return;
        _decided = next;
        try
        {
            await store.SetStatusAsync(actor, status, message);
            (Status, Message) = next;
        }
        finally
        {
            if (_decided == next)
                _decided = (Status, Message);
        }
    }

    /// <summary>Shows progress while the actor is SUBMITTED; late news never takes back a READY whose write is under way.</summary>
    public Task ReportAsync(string text) =>
        _decided.Status == ActorStatus.Submitted ? SetAsync(ActorStatus.Submitted, text) : Task.CompletedTask;

    /// <summary>A container ran, or a new image was given: failures count from zero again.</summary>
    public void Recovered()
    {
        _failures = 0;
        NotBefore = default;
    }

    /// <summary>A pull or start failed: ERROR at once when permanent or at the sixth in a row, else a pause that doubles from half a second.</summary>
    public Task FailedAsync(string cause, bool permanent, TimeSpan now)
    {
        _failures++;
        if (permanent || _failures >= MostFailures)
            return SetAsync(ActorStatus.Error, cause);
        NotBefore = now + (FirstBackoff * Math.Pow(2, _failures - 1));
        return SetAsync(_decided.Status, cause);
    }
}
