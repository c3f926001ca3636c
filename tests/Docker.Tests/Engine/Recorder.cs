using System.Text;
using Abaco.Executions;
using Abaco.Silo.Workers;

namespace Abaco.Docker.Tests.Engine;

/// <summary>Hears one container and lets a test wait for what it says.</summary>
internal sealed class Recorder(int longestLog) : IContainerWatch
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly Lock _gate = new();
    private readonly StringBuilder _log = new();
    private readonly List<byte[]> _results = [];
    private TaskCompletionSource _changed = New();
    private bool _cut;

    /// <summary>The log so far.</summary>
    public string Log
    {
        get
        {
            lock (_gate)
                return _log.ToString();
        }
    }

    /// <summary>The results so far, as text.</summary>
    public IReadOnlyList<string> Results
    {
        get
        {
            lock (_gate)
                return [.. _results.Select(Encoding.UTF8.GetString)];
        }
    }

    /// <summary>The engine's id of the container; empty before it was created.</summary>
    public string ContainerId { get; private set; } = "";

    /// <summary>How many pieces of log came after the log was full; the runtime is to ask for no more.</summary>
    public int PiecesTooMany { get; private set; }

    /// <summary>When it was started; default before.</summary>
    public DateTimeOffset Started { get; private set; }

    /// <summary>Held up before a result counts, as by a slow store.</summary>
    public Func<Task> BeforeResult { get; init; } = () => Task.CompletedTask;

    public Task CreatedAsync(string containerId) => ChangeAsync(() => ContainerId = containerId);

    public Task StartedAsync(DateTimeOffset time) => ChangeAsync(() => Started = time);

    public async Task<bool> LogAsync(string text)
    {
        await ChangeAsync(() =>
        {
            PiecesTooMany += _cut ? 1 : 0;
            _log.Append(text);
            _cut = LogText.Cut(_log, longestLog);
        });
        return !_cut;
    }

    public async Task ResultAsync(byte[] bytes)
    {
        await BeforeResult();
        await ChangeAsync(() => _results.Add(bytes));
    }

    /// <summary>Waits until the log holds a text.</summary>
    public Task SaysAsync(string text) => UntilAsync(() => Log.Contains(text, StringComparison.Ordinal), $"the log to say '{text}'");

    /// <summary>Waits until the container was started.</summary>
    public Task StartsAsync() => UntilAsync(() => Started != default, "the start");

    /// <summary>Waits until so many results came.</summary>
    public Task SendsAsync(int count) => UntilAsync(() => Results.Count >= count, $"{count} results");

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task UntilAsync(Func<bool> holds, string what)
    {
        while (true)
        {
            var changed = _changed.Task;
            if (holds())
                return;
            try
            {
                await changed.WaitAsync(Patience);
            }
            catch (TimeoutException)
            {
                throw new TimeoutException($"Waited in vain for {what}. The log: {Log}");
            }
        }
    }

    private Task ChangeAsync(Action change)
    {
        TaskCompletionSource before;
        lock (_gate)
        {
            change();
            before = _changed;
            _changed = New();
        }

        before.SetResult();
        return Task.CompletedTask;
    }
}
