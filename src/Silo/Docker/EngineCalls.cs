using System.Net;
using Docker.DotNet;
using Docker.DotNet.Models;

namespace Abaco.Silo.Docker;

/// <summary>
/// Calls that wait for an engine that is away: it restarts, is paused, or its socket broke. They go on until it answers, since a container outlives that;
/// pauses from 200 ms, doubling, to 5 s. "Already gone" is success.
/// </summary>
internal sealed class EngineCalls(DockerEngine engine, TimeProvider time)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    /// <summary>Repeats a call while the engine is away.</summary>
    public async Task<T> AnsweredAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var pause = First; ; pause = pause * 2 < Longest ? pause * 2 : Longest)
        {
            try
            {
                return await call();
            }
            catch (Exception exception) when (DockerEngine.IsAway(exception, cancellationToken))
            {
                await Task.Delay(pause, time, cancellationToken);
            }
        }
    }

    /// <summary>Reads a container, by id or name; null when there is none.</summary>
    public Task<ContainerInspectResponse?> InspectAsync(string container, CancellationToken cancellationToken) => AnsweredAsync(
        async () =>
        {
            try
            {
                return await engine.Client.Containers.InspectContainerAsync(container, cancellationToken);
            }
            catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
        },
        cancellationToken);

    /// <summary>Waits until a started container has ended; null when it is gone, or being removed by force (the engine shows the kill as an exit).</summary>
    public async Task<ContainerInspectResponse?> ExitAsync(string container, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await engine.Client.Containers.WaitContainerAsync(container, cancellationToken);
            }
            catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                return null;
            }
            catch (Exception exception) when (DockerEngine.IsAway(exception, cancellationToken))
            {
                // The inspection waits for the engine; a container that still runs is waited for again.
            }

            var found = await InspectAsync(container, cancellationToken);
            if (found?.State is not { Running: true })
                return found?.State.Status is "removing" or "dead" ? null : found;
        }
    }

    /// <summary>SIGTERM (or the image's own signal), then SIGKILL after the grace.</summary>
    public Task<bool> StopAsync(string container, TimeSpan grace, CancellationToken cancellationToken) => AnsweredAsync(
        async () =>
        {
            try
            {
                var parameters = new ContainerStopParameters { WaitBeforeKillSeconds = (uint)Math.Ceiling(grace.TotalSeconds) };
                return await engine.Client.Containers.StopContainerAsync(container, parameters, cancellationToken);
            }
            catch (DockerApiException exception) when (exception.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.NotModified)
            {
                return true;
            }
        },
        cancellationToken);

    /// <summary>Removes a container and its anonymous volumes, running or not.</summary>
    public Task<bool> RemoveAsync(string container, CancellationToken cancellationToken) => AnsweredAsync(
        async () =>
        {
            try
            {
                await engine.Client.Containers.RemoveContainerAsync(
                    container, new ContainerRemoveParameters { Force = true, RemoveVolumes = true }, cancellationToken);
                return true;
            }
            catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.NotFound)
            {
                return true;
            }
            catch (DockerApiException exception) when (exception.StatusCode == HttpStatusCode.Conflict)
            {
                // "removal is already in progress": somebody else removes it, or the engine is not done yet with its end.
                return false;
            }
        },
        cancellationToken);
}
