namespace Abaco.Silo.Workers;

/// <summary>
/// Repeats a call to a grain until it is known to be done: a timed-out call means "unknown", and every such command may be repeated. Pauses from 100 ms,
/// doubling, to 5 s.
/// </summary>
internal sealed class Retry(TimeProvider time, ILogger log, CancellationToken leave)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    public async Task<T> UntilDoneAsync<T>(Func<Task<T>> call)
    {
        for (var pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (IsPassing(exception) && !leave.IsCancellationRequested)
            {
                log.CallRepeated(exception.Message, pause.TotalSeconds);
                await Task.Delay(pause, time, leave);
            }
        }
    }

    public Task UntilDoneAsync(Func<Task> call) => UntilDoneAsync(async () =>
    {
        await call();
        return true;
    });

    private static bool IsPassing(Exception exception) =>
        exception is TimeoutException or OrleansException or AbacoException { Kind: RefusalKind.Unavailable };
}
