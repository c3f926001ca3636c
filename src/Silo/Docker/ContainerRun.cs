using System.Globalization;
using System.Text.Json;
using Abaco.Executions;
using Abaco.Silo.Workers;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Abaco.Silo.Docker;

/// <summary>What all runs of one runtime share.</summary>
internal sealed record RunContext(
    DockerEngine Engine, EngineCalls Calls, WorkersOptions Options, string Root, string ClusterId, TimeProvider Time);

/// <summary>
/// One attempt's container from create to exit. It may be begun twice: if the attempt's container stands already (its name is the attempt's), it is
/// attached to, its log told from the beginning, and its end is waited for.
/// </summary>
internal sealed class ContainerRun(RunContext context, ContainerOrder order, IContainerWatch watch)
{
    private static readonly TimeSpan SampleTime = TimeSpan.FromSeconds(1);

    /// <summary>A timer counts to 49 days only; a run may be allowed more.</summary>
    private static readonly TimeSpan LongestDelay = TimeSpan.FromDays(1);

    private readonly RunDirectory _directory = new(context.Root, order.Key);
    private readonly ContainerMeter _meter = ContainerMeter.For(order.Execution.ExecutionId, order.Attempt, context.Engine.OwnsCgroups);
    private string _id = "";
    private DateTimeOffset? _started;
    private LogFollower? _log;

    /// <summary>Runs it to its end.</summary>
    public async Task<Ending> RunAsync(CancellationToken stop, CancellationToken leave)
    {
        using var results = await context.Calls.AnsweredAsync(() => Task.FromResult(OpenDirectory()), leave);
        if (await CreateAsync(leave) is { } refused)
            return refused;
        _log = new LogFollower(context.Engine, context.Calls, _id, watch, context.Time);
        await watch.CreatedAsync(_id);

        // One that stands was started by an earlier process: starting it again would run it a second time if it has ended.
        if (_started is null && await StartAsync(leave) is { } failed)
            return failed;
        var ended = await ExitAsync(_log, stop, leave);
        if (ended is not null)
            await _log.FinishAsync(leave);
        await results.FinishAsync();
        if (ended is null)
            return new Ending.Lost("the container was removed by somebody else before its end was seen");
        return await EndedByEngineAsync(ended.State, leave) ? new Ending.Lost(
            $"the Docker engine was restarted while the container ran, which ended with exit code {ended.State.ExitCode}") : Exited(ended.State);
    }

    /// <summary>
    /// Whether the engine, not the program, ended a container. An engine that stops or starts again first ends what runs (SIGTERM, then SIGKILL, as seen with
    /// 20.10, also after its own kill -9); after a crash of the machine it knows only code 255. So an end in an earlier life of the engine that was neither
    /// success nor lack of memory is the engine's doing; a program that failed by itself just then runs once more.
    /// </summary>
    private async Task<bool> EndedByEngineAsync(ContainerState state, CancellationToken leave) =>
        state.ExitCode != 0 && !state.OOMKilled
        && await context.Calls.AnsweredAsync(() => context.Engine.StartTimeAsync(leave), leave) is { } engineStart
        && Time(state.FinishedAt) is { } finished && finished <= engineStart;

    /// <summary>Makes the directory and its socket; a full disk is waited for like an engine that is away.</summary>
    private ResultSocket OpenDirectory()
    {
        _directory.Create();
        return new ResultSocket(_directory.SocketPath, watch, line => _log?.AddAsync(line) ?? Task.CompletedTask);
    }

    /// <summary>Waits for the exit while log, network counters and time limit are watched; none of that outlives the wait, however it ends.</summary>
    private async Task<ContainerInspectResponse?> ExitAsync(LogFollower log, CancellationToken stop, CancellationToken leave)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(leave);
        var beside = Task.WhenAll(log.FollowAsync(end.Token), SampleAsync(end.Token), StopInTimeAsync(stop, end.Token));
        try
        {
            await watch.StartedAsync(_started!.Value);
            return await context.Calls.ExitAsync(_id, leave);
        }
        finally
        {
            await end.CancelAsync();
            await beside;
        }
    }

    private async Task<Ending?> CreateAsync(CancellationToken leave)
    {
        var name = ContainerSpec.NameOf(order.Execution.ExecutionId, order.Attempt);
        if (await context.Calls.InspectAsync(name, leave) is { } standing)
        {
            if (standing.State.Status is not "created" || ContainerSpec.LabelOf(standing.Config.Labels, ContainerSpec.ClusterLabel) != context.ClusterId)
            {
                _id = standing.ID;
                _started = Time(standing.State.StartedAt) ?? context.Time.GetUtcNow();
                return null;
            }

            // Created but never started by an earlier process, which may not have finished its files: made anew.
            await context.Calls.RemoveAsync(standing.ID, leave);
        }
        else if (order.MustStand)
        {
            return new Ending.Lost("its container was removed while no silo watched it");
        }

        if (order.ReadBodyChunk is { } read)
            await context.Calls.AnsweredAsync(() => _directory.WriteBodyAsync(read), leave);
        var socket = order.Privileged ? context.Engine.SocketPath : null;
        var parameters = ContainerSpec.Of(
            order, context.Options, context.ClusterId, _directory.Path, _meter.CgroupParent, socket);
        try
        {
            _id = await context.Calls.AnsweredAsync(() => CreateOnceAsync(name, parameters, leave), leave);
            using var links = RunDirectory.Links(order.ReadBodyChunk is not null);
            await context.Calls.AnsweredAsync(
                async () =>
                {
                    links.Position = 0;
                    await context.Engine.Client.Containers.ExtractArchiveToContainerAsync(
                        _id, new ContainerPathStatParameters { Path = "/" }, links, leave);
                    return true;
                },
                leave);
            return null;
        }
        catch (DockerApiException exception)
        {
            return CreateFailed(exception);
        }
    }

    private async Task<string> CreateOnceAsync(string name, CreateContainerParameters parameters, CancellationToken leave)
    {
        try
        {
            return (await context.Engine.Client.Containers.CreateContainerAsync(parameters, leave)).ID;
        }
        catch (DockerApiException exception) when (exception.StatusCode == System.Net.HttpStatusCode.Conflict)
        {
            // An earlier request whose answer was lost has made it.
            return (await context.Calls.InspectAsync(name, leave))?.ID ?? throw new IOException(DockerEngine.Words(exception), exception);
        }
    }

    private static Ending CreateFailed(DockerApiException exception)
    {
        var words = DockerEngine.Words(exception);
        var permanent = exception.StatusCode == System.Net.HttpStatusCode.BadRequest;
        return new Ending.CannotStart(words, permanent);
    }

    private async Task<Ending?> StartAsync(CancellationToken leave)
    {
        try
        {
            await context.Calls.AnsweredAsync(
                () => context.Engine.Client.Containers.StartContainerAsync(_id, new ContainerStartParameters(), leave), leave);
            _started = context.Time.GetUtcNow();
            return null;
        }
        catch (DockerApiException exception)
        {
            var words = DockerEngine.Words(exception);
            var state = (await context.Calls.InspectAsync(_id, leave))?.State;
            if (state is null)
                return new Ending.Lost("the container was removed by somebody else before it was started");
            if (IsProgramsFault(words))
            {
                _started = context.Time.GetUtcNow();
                state.Error = state.Error is { Length: > 0 } ? state.Error : words;
                state.ExitCode = state.ExitCode is 126 or 127 ? state.ExitCode
                    : words.Contains("permission denied", StringComparison.Ordinal) ? 126 : 127;
                await _log!.AddAsync($"[abaco] {words}\n");
                return Exited(state);
            }

            return new Ending.CannotStart(words, Permanent: false);
        }
    }

    /// <summary>
    /// Whether a refused start is the program's own (missing, not executable, no way into its working directory). The engine's exit code does not tell: it is
    /// 126 or 127 for mounts and permissions of the operator's, too.
    /// </summary>
    private static bool IsProgramsFault(string words) =>
        new[] { "exec: ", "executable", "chdir to cwd" }.Any(sign => words.Contains(sign, StringComparison.Ordinal));

    private async Task StopInTimeAsync(CancellationToken stop, CancellationToken ended)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, ended);
        for (var left = TimeLeft(); left > TimeSpan.Zero && !either.IsCancellationRequested; left = TimeLeft())
            await Task.Delay(left < LongestDelay ? left : LongestDelay, context.Time, either.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (ended.IsCancellationRequested)
            return;
        if (!stop.IsCancellationRequested)
        {
            var seconds = order.MaxRunTime!.Value.TotalSeconds.ToString("0.###", CultureInfo.InvariantCulture);
            await _log!.AddAsync($"[abaco] max_run_time of {seconds} s reached; the container is stopped.\n");
        }

        try
        {
            await context.Calls.StopAsync(_id, context.Options.KillGrace, ended);
        }
        catch (OperationCanceledException)
        {
            // It has ended meanwhile.
        }
    }

    /// <summary>Until <c>max_run_time</c>, counted from the start, also of a container that an earlier process started.</summary>
    private TimeSpan TimeLeft() => order.MaxRunTime is { } longest ? longest - (context.Time.GetUtcNow() - _started!.Value) : TimeSpan.MaxValue;

    private async Task SampleAsync(CancellationToken ended)
    {
        if (context.Options.NetworkMode is "none" or "host")
            return;
        try
        {
            var pid = (await context.Calls.InspectAsync(_id, ended))?.State.Pid ?? 0;
            while (pid > 0)
            {
                _meter.SampleNetwork(pid);
                await Task.Delay(SampleTime, context.Time, ended);
            }
        }
        catch (OperationCanceledException)
        {
            // It has ended.
        }
    }

    private Ending.Exited Exited(ContainerState state) => new(
        (int)state.ExitCode,
        JsonSerializer.Serialize(new
        {
            state.Dead,
            state.Error,
            state.ExitCode,
            state.FinishedAt,
            state.OOMKilled,
            state.Paused,
            state.Pid,
            state.Restarting,
            state.Running,
            state.StartedAt,
            state.Status,
        }),
        _meter.CpuNanoseconds(),
        _meter.ReceivedBytes,
        Began(state),
        Later(Began(state), Time(state.FinishedAt) ?? context.Time.GetUtcNow()));

    private DateTimeOffset Began(ContainerState state) => Time(state.StartedAt) ?? _started ?? context.Time.GetUtcNow();

    /// <summary>The engine notes the start after it began: a very short run may seem to end before.</summary>
    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    /// <summary>The engine's own time; null for its zero time.</summary>
    private static DateTimeOffset? Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) && time.Year > 1 ? time : null;
}
